import fc from 'fast-check'
import { hours, minutes } from '../../../src/durations.ts'
import type { NodeIndex } from '../../support/nodes/pair.ts'

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

export type Kind = Command['kind']

const node = fc.constantFrom<NodeIndex>(0, 1)
const pick = fc.nat(7)
const remember = fc.boolean()
const path = fc.constantFrom('/auth/session', '/auth/profile', '/auth/model')
const milliseconds = fc.constantFrom(
  ...[minutes(1), minutes(7), minutes(29), minutes(53), minutes(61), hours(2), hours(4)],
)

function weighted<const K extends Kind, T extends object>(weight: number, kind: K, rest: fc.Arbitrary<T>) {
  return {
    kind,
    weight,
    arbitrary: rest.map(value => ({ kind, ...value })),
  }
}

function aloneWith(session: fc.Arbitrary<Pick>) {
  return [
    weighted(6, 'write', fc.record({ node, session })),
    weighted(3, 'remove', fc.record({ node, session })),
    weighted(4, 'read', fc.record({ node, session, path, passive: fc.boolean() })),
    weighted(2, 'log out', fc.record({ node, session })),
    weighted(1, 'end the others', fc.record({ node, session })),
  ]
}

/** Two to four requests of one session that cross one another. */
const together = pick.chain(session =>
  fc.record({ all: fc.array(fc.oneof(...aloneWith(fc.constant(session))), { minLength: 2, maxLength: 4 }) }),
)

const logIn = weighted(4, 'log in', fc.record({ node, user: pick, remember }))
const COMMANDS = [
  ...aloneWith(pick),
  logIn,
  weighted(5, 'at once', together),
  weighted(1, 'log in again', fc.record({ node, session: pick, remember })),
  weighted(5, 'begin slowly', fc.record({ node, session: pick })),
  weighted(4, 'finish slowly', fc.record({ slow: pick })),
  weighted(1, 'revoke', fc.record({ node, session: pick, target: pick })),
  weighted(1, 'use a dead cookie', fc.record({ node, session: pick })),
  weighted(1, 'disable', fc.record({ node, user: pick })),
  weighted(1, 'enable', fc.record({ node, user: pick })),
  weighted(4, 'change role', fc.record({ node, user: pick })),
  weighted(3, 'step the clock', fc.record({ milliseconds, sync: fc.boolean() })),
  weighted(1, 'sweep', fc.record({ node })),
]

/** One in so many commands is a kill: a new process takes its time. */
const KILL_ONE_IN = 500

const only = (kinds: Kind[]) => COMMANDS.filter(({ kind }) => kinds.includes(kind))

function startingWithLogIn(any: fc.Arbitrary<Command>): fc.Arbitrary<Command[]> {
  return fc
    .tuple(logIn.arbitrary, fc.array(any, { maxLength: 20, size: 'max' }))
    .map(([first, rest]) => [first, ...rest])
}

/** One interleaving: a sign-in, then anything, and now and then a process that is killed. */
export function interleaving() {
  const any = fc.oneof(...COMMANDS)
  const kill = fc.record({ kind: fc.constant('kill' as const), node })
  return startingWithLogIn(fc.oneof({ weight: KILL_ONE_IN - 1, arbitrary: any }, { weight: 1, arbitrary: kill }))
}

/** An interleaving of a sign-in and commands of these kinds. */
export const interleavingOf = (...kinds: Kind[]) => startingWithLogIn(fc.oneof(...only(kinds)))
