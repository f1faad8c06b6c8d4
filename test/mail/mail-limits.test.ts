import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, startServer, type TestServer } from '../support/harness.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer({ MAIL_LIMIT_ADDRESS: '3', MAIL_LIMIT_CLIENT: '8', LINK_LIMIT_CLIENT: '3' })
  await server.register()
})
afterAll(() => server.close())

const forgot = (email: string) => supertest(server.url).post('/auth/forgot-password').send({ email })
function demandWait(answer: { status: number; headers: Record<string, string>; body: unknown }) {
  expectProblem(answer, 429, 'too_many_requests')
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
}

describe('2.4.1 requests for mails are limited', () => {
  test('for each address alike, known or not; then for the client, whatever it asks for', async () => {
    for (const email of [ADA.email, 'nobody@example.org']) {
      for (let sent = 0; sent < 3; sent++) await forgot(email).expect(202)
      demandWait(await forgot(email))
    }
    demandWait(await forgot('somebody.else@example.org'))
  })

  test('tries at links are limited for each client', async () => {
    const verify = () => supertest(server.url).post('/auth/verify-email').send({ token: 'made-up' })
    for (let tried = 0; tried < 3; tried++) await verify().expect(403)
    demandWait(await verify())
  })
})
