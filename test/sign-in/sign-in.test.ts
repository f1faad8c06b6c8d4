import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ADA, cookiesOf, sidOf, startServer, type TestServer } from '../support/harness.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
  await server.register()
})
afterAll(() => server.close())

describe('the main job: a browser signs in and out', () => {
  test('the SID in the cookie equals Sessions.sid', async () => {
    const answer = await server
      .agent()
      .post('/auth/login')
      .send({ email: ADA.email, password: ADA.password })
      .expect(200)
    const cookie = cookiesOf(answer).get('connect.sid')
    const found = await server.rows(`SELECT "sid" FROM "Sessions" WHERE "sid" = '${sidOf(cookie?.value ?? '')}'`)
    expect(found).toHaveLength(1)
    expect(answer.body).toMatchObject({ message: 'Logged in successfully', user: { email: ADA.email, name: ADA.name } })
  })

  test('signed in, the session says who; signed out, it is over and says why', async () => {
    const { browser, cookie } = await server.signIn()
    const who = await browser.get('/auth/session').expect(200)
    expect(who.body).toMatchObject({ user: { email: ADA.email }, factors: ['password'] })
    await browser.post('/auth/logout').expect(200, { message: 'Logged out successfully' })
    const dead = await server.agent().get('/auth/session').set('Cookie', cookie).expect(401)
    expect(dead.body).toMatchObject({ error: 'Authentication required', reason: 'signed-out' })
  })

  test('an anonymous request leaves no row and gets no cookie', async () => {
    const before = await server.rows('SELECT "sid" FROM "Sessions"')
    const answer = await server.agent().get('/auth/session').expect(401)
    expect(answer.headers['set-cookie']).toBeUndefined()
    expect(answer.body.reason).toBeUndefined()
    expect(await server.rows('SELECT "sid" FROM "Sessions"')).toHaveLength(before.length)
  })
})
