import supertest from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AuthenticatorFailures } from '../../models/authenticator-failures.ts'
import { seconds } from '../../src/durations.ts'
import { startServer, type TestServer } from '../support/harness.ts'
import { type Refused, refusedAccounts } from '../support/refused-accounts.ts'

/** A fault has to show over this many rounds before the test fails. */
const MOST_ROUNDS = 60
/** The test passes after this many rounds if the medians agree by then; `npm run test:model` measures them all. */
const LEAST_ROUNDS = Number(process.env.TIMING_ROUNDS ?? 12)
/**
 * Of the time of one refusal. A kind without the hash would differ by most of the whole, one with a second hash by as much
 * again, so a wide bound tells them apart and no load trips it.
 */
const GAP = 0.25

let server: TestServer
let kinds: Refused[]
beforeAll(async () => {
  server = await startServer({ BCRYPT_COST: '9' })
  // The others differ from these in the password alone.
  kinds = (await refusedAccounts(server)).filter(({ kind }) => !/(disabled|stopped|waiting), wrong/.test(kind))
})
afterAll(() => server.close())

const medianOf = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

async function timed({ email, password }: Refused) {
  const startedAt = performance.now()
  await supertest(server.url).post('/auth/login').send({ email, password }).expect(401)
  return performance.now() - startedAt
}

/** One of each in turn: what slows the machine down slows all of them, so the differences within a round are compared. */
async function timesOfRound() {
  // Failures of the one that counts would make it wait, and another of the kinds.
  await AuthenticatorFailures.update({ failures: 0, waitUntil: null }, { where: { failures: [1, 2, 3, 4] } })
  const times: number[] = []
  for (const kind of kinds) times.push(await timed(kind))
  return times
}

/** Kinds whose median difference from the first one is over the bound. */
function outliers(rounds: number[][]) {
  const whole = medianOf(rounds.map(([first = 0]) => first))
  return kinds.flatMap(({ kind }, at) => {
    const gap = medianOf(rounds.map(times => (times[at] ?? 0) - (times[0] ?? 0)))
    return Math.abs(gap) / whole < GAP ? [] : [`${kind}: ${gap.toFixed(2)} ms of ${whole.toFixed(2)} ms`]
  })
}

test(
  '6.3.8 a refused sign-in does not tell by its time whether there is an account, or in what state',
  async () => {
    await timesOfRound()
    const rounds: number[][] = []
    while (rounds.length < LEAST_ROUNDS || (outliers(rounds).length > 0 && rounds.length < MOST_ROUNDS))
      rounds.push(await timesOfRound())
    expect(outliers(rounds)).toEqual([])
  },
  seconds(240),
)
