import fc from 'fast-check'
import { hours, minutes } from '../../configs/durations.ts'

/** Which of the two nodes is asked. */
export type NodeIndex = 0 | 1
/** Which session, user or open slow request: an index that is wrapped around what there is. */
type Pick = number

export type Alone =
  | { kind: 'write'; node: NodeIndex; session: Pick }
  | { kind: 'remove'; node: NodeIndex; session: Pick }
  | { kind: 'read'; node: NodeIndex; session: Pick; path: string; passive: boolean }
  | { kind: 'log out'; node: NodeIndex; session: Pick }
  | { kind: 'end the others'; node: NodeIndex; session: Pick }

export type Command =
  | Alone
  | { kind: 'log in'; node: NodeIndex; user: Pick; remember: boolean }
  | { kind: 'log in again'; node: NodeIndex; session: Pick; remember: boolean }
  | { kind: 'begin slowly'; node: NodeIndex; session: Pick }
  | { kind: 'finish slowly'; slow: Pick }
  | { kind: 'revoke'; node: NodeIndex; session: Pick; target: Pick }
  | { kind: 'use a dead cookie'; node: NodeIndex; session: Pick }
  | { kind: 'disable'; node: NodeIndex; user: Pick }
  | { kind: 'enable'; node: NodeIndex; user: Pick }
  | { kind: 'change role'; node: NodeIndex; user: Pick }
  | { kind: 'step the clock'; milliseconds: number; sync: boolean }
  | { kind: 'sweep'; node: NodeIndex }
  | { kind: 'kill'; node: NodeIndex }
  | { kind: 'at once'; all: Alone[] }

const node = fc.constantFrom<NodeIndex>(0, 1)
const pick = fc.nat(7)
const path = fc.constantFrom('/auth/session', '/auth/profile', '/auth/model')
const step = fc.constantFrom(minutes(1), minutes(7), minutes(29), minutes(53), minutes(61), hours(2), hours(4))

const alone = (session: fc.Arbitrary<Pick>): fc.Arbitrary<Alone> =>
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('write' as const), node, session }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), node, session }) },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('read' as const), node, session, path, passive: fc.boolean() }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('log out' as const), node, session }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('end the others' as const), node, session }) },
  )

/** Two to four requests of one session that cross one another. */
const atOnce = pick.chain(session =>
  fc.record({
    kind: fc.constant('at once' as const),
    all: fc.array(alone(fc.constant(session)), { minLength: 2, maxLength: 4 }),
  }),
)

export const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 10, arbitrary: alone(pick) },
  { weight: 5, arbitrary: atOnce },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('log in' as const), node, user: pick, remember: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('log in again' as const), node, session: pick, remember: fc.boolean() }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('begin slowly' as const), node, session: pick }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('finish slowly' as const), slow: pick }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('revoke' as const), node, session: pick, target: pick }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('use a dead cookie' as const), node, session: pick }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('disable' as const), node, user: pick }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('enable' as const), node, user: pick }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('change role' as const), node, user: pick }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('step the clock' as const), milliseconds: step, sync: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('sweep' as const), node }) },
)

/** One interleaving: a sign-in, then anything. A node is killed in few of them, because a new one takes its time. */
export const interleaving = (kills: 'with kills' | 'without kills') => {
  const kill = fc.record({ kind: fc.constant('kill' as const), node })
  const any =
    kills === 'with kills' ? fc.oneof({ weight: 250, arbitrary: command }, { weight: 1, arbitrary: kill }) : command
  return fc
    .tuple(
      fc.record({ kind: fc.constant('log in' as const), node, user: pick, remember: fc.boolean() }),
      fc.array(any, { maxLength: 24, size: 'max' }),
    )
    .map(([first, rest]): Command[] => [first, ...rest])
}
