import supertest from 'supertest'
import { expect, test } from 'vitest'
import { User } from '../../models/user.ts'
import { seconds } from '../../src/durations.ts'
import { ADA, BOB, startServer } from '../support/harness.ts'

const ROUNDS = 24
/** Of the time of one hash. Without the decoy, or with a second hash, the gap would be all of it. */
const GAP = 0.25

const medianOf = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

test(
  '6.3.8 a refused sign-in takes the same time for an unknown, a wrong, a disabled and a password-less account',
  async () => {
    const server = await startServer({ BCRYPT_COST: '10' })
    await server.register()
    await server.register(BOB)
    await User.update({ disabledAt: new Date() }, { where: { email: BOB.email } })
    await User.create({ email: 'bare@example.org', name: 'Bare', username: null, passwordHash: null })
    const kinds = [
      { email: ADA.email, password: 'wrong' },
      { email: 'nobody@example.org', password: ADA.password },
      { email: BOB.email, password: BOB.password },
      { email: 'bare@example.org', password: ADA.password },
    ]

    async function timed(credentials: object) {
      const startedAt = performance.now()
      await supertest(server.url).post('/auth/login').send(credentials).expect(401)
      return performance.now() - startedAt
    }
    for (const kind of kinds) await timed(kind)
    // One of each in turn: what slows the machine down slows all of them, so the differences within a round are compared.
    const rounds: number[][] = []
    for (let round = 0; round < ROUNDS; round++) {
      const times = []
      for (const kind of kinds) times.push(await timed(kind))
      rounds.push(times)
    }
    await server.close()

    const hash = medianOf(rounds.map(([wrong = 0]) => wrong))
    for (const at of [1, 2, 3]) {
      const gap = medianOf(rounds.map(times => (times[at] ?? 0) - (times[0] ?? 0)))
      expect(Math.abs(gap) / hash, `kind ${at}: ${gap} ms of ${hash} ms`).toBeLessThan(GAP)
    }
  },
  seconds(120),
)
