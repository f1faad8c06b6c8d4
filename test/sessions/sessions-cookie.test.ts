import { sign } from 'cookie-signature'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { secretId } from '../../src/sessions/cookie.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { cookiesOf, startServer, type TestServer } from '../support/harness.ts'
import { statementsOf } from '../support/statements.ts'
import { ask, WAYS } from '../support/ways.ts'

const OLD = 'old-secret-old-secret-old-secret-old-secret'
const NEW = 'new-secret-new-secret-new-secret-new-secret'
const FOREIGN = 'not-a-secret-of-ours-not-a-secret-of-ours-no'

let server: TestServer
let before: TestServer
let cookie: string
let dead: string
let sid: string
beforeAll(async () => {
  before = await startServer({ SESSION_SECRET: OLD })
  await before.register()
  server = await startServer({ SESSION_SECRET: `${NEW},${OLD}` }, before.database)
  cookie = (await server.signIn()).cookie
  sid = decodeURIComponent(cookie).split(/[:.]/)[2] ?? ''
  const ended = await server.signIn()
  await ended.browser.post('/auth/logout').expect(200)
  dead = ended.cookie
})
afterAll(async () => {
  await server.stop()
  await before.close()
})

const under = (secret: string, id = sid) => `connect.sid=${encodeURIComponent(`s:${sign(id, secret)}`)}`
const value = () => cookie.slice('connect.sid='.length)

describe.each(WAYS)('cookies that are not what we set, on $way', ({ path }) => {
  const forged: [string, () => string][] = [
    ['a tampered id', () => cookie.replace(sid, `${sid.slice(0, -1)}${sid.endsWith('A') ? 'B' : 'A'}`)],
    ['a tampered signature', () => `${cookie.slice(0, -3)}AAA`],
    ['a signature that is cut off', () => cookie.slice(0, cookie.lastIndexOf('.') + 1)],
    ['no signature', () => `connect.sid=${sid}`],
    ['the id with the mark of a signature only', () => `connect.sid=s%3A${sid}`],
    ['a signature by somebody else', () => under(FOREIGN)],
    ['a dead id signed by somebody else', () => under(FOREIGN, decodeURIComponent(dead).split(/[:.]/)[2])],
    ['nothing', () => 'connect.sid='],
    ['an object', () => 'connect.sid=j%3A%7B%22sid%22%3A1%7D'],
    ['bytes that are no base64 and no UTF-8', () => 'connect.sid=s%3A%FF%00%C3%28.%E2%82'],
    ['8,000 characters', () => `connect.sid=s%3A${'a'.repeat(4000)}.${'b'.repeat(4000)}`],
    ['another name', () => `Connect.sid=${value()}`],
    ['SQL', () => under(FOREIGN, "' OR 1=1 --")],
  ]

  test.each(forged)('%s: refused without a reason, without a statement, without a new cookie', async (_what, make) => {
    // What was verified is remembered, and must not stand in for what looks like it.
    await ask(server, path, cookie).expect(200)
    const statements = await statementsOf(async () => {
      const answer = await ask(server, path, make()).expect(401)
      expect(answer.body).toMatchObject({ code: 'authentication_required' })
      expect(answer.body).not.toHaveProperty('reason')
      expect(cookiesOf(answer).size).toBe(0)
    })
    expect(statements).toEqual([])
  })

  test.each([
    ['an id of ours that never was', () => under(NEW, 'never-was-a-session-of-anybody-x')],
    ['an empty id', () => under(NEW, '')],
    ['a very long id', () => under(NEW, 'x'.repeat(3000))],
    ['SQL', () => under(NEW, "' OR 1=1 --")],
  ])('%s, correctly signed: refused without a reason', async (_what, make) => {
    const answer = await ask(server, path, make()).expect(401)
    expect(answer.body).not.toHaveProperty('reason')
  })

  test('a dead id, correctly signed, is told why; its answer sets nothing', async () => {
    const answer = await ask(server, path, dead).expect(401)
    expect(answer.body.reason).toBe('signed-out')
    expect(cookiesOf(answer).size).toBe(0)
  })

  test('other cookies do not matter, however they look', async () => {
    await ask(server, path, `a=b; =; ;;; c; "=%; ${cookie}; __proto__=x`).expect(200)
    await ask(server, path, `connect.sid ; ${cookie}`).expect(200)
    await ask(server, path, ` ${cookie.replace('=', ' = ')} `).expect(200)
  })

  test('a quoted value is read as it was on both ways', async () => {
    await ask(server, path, `connect.sid="${value()}"`).expect(200)
  })

  test('the id of the session in any other place does not count', async () => {
    await ask(server, `${path}?connect.sid=${value()}`, 'a=b').expect(401)
    await ask(server, path, 'a=b', { Authorization: `Bearer ${value()}`, 'X-Session-Id': sid }).expect(401)
  })
})

describe('secrets', () => {
  test.each(WAYS)('a cookie under an old secret is accepted and signed anew at once, on $way', async ({ path }) => {
    const old = (await before.signIn()).cookie
    const answer = await ask(server, path, old).expect(200)
    const renewed = cookiesOf(answer).get('connect.sid')
    expect(`connect.sid=${renewed?.value}`).toBe(under(NEW, decodeURIComponent(old).split(/[:.]/)[2]))
    const { body } = await ask(server, '/auth/session', `connect.sid=${renewed?.value}`).expect(200)
    expect(renewed?.attributes.get('expires')).toBe(new Date(body.session.absoluteExpires).toUTCString())
    expect(renewed?.attributes.get('httponly')).toBe('')
    await ask(server, path, old).expect(200)
  })

  test('a cookie under the newest secret is not signed anew', async () => {
    for (const { path } of WAYS) expect(cookiesOf(await ask(server, path, cookie).expect(200)).size).toBe(0)
  })

  test('a server that does not know the newest secret refuses its cookies', async () => {
    await ask(before, '/auth/session', cookie).expect(401)
  })

  test('the live sessions are counted by the secret that signed their cookie last', async () => {
    const { store } = server.deps
    const count = async (secret: string) => (await store.countBySecret()).get(secretId(secret)) ?? 0
    const [old, renewed] = [await count(OLD), await count(NEW)]
    const signedIn = await before.signIn()
    expect([await count(OLD), await count(NEW)]).toEqual([old + 1, renewed])
    await ask(server, '/auth/profile', signedIn.cookie).expect(200)
    expect([await count(OLD), await count(NEW)]).toEqual([old, renewed + 1])
    await ask(server, '/auth/profile', signedIn.cookie).expect(200)
    expect([await count(OLD), await count(NEW)]).toEqual([old, renewed + 1])
  })

  test('a session that got a new id counts under the secret that signed it', async () => {
    const { store } = server.deps
    const { cookie: old } = await before.signIn()
    const { body } = await ask(before, '/auth/session', old).expect(200)
    const count = async () => (await store.countBySecret()).get(secretId(OLD)) ?? 0
    const counted = await count()
    await store.renewByUser(body.user.id)
    const answer = await ask(server, '/auth/profile', old).expect(200)
    expect(`connect.sid=${cookiesOf(answer).get('connect.sid')?.value}`).not.toBe(old)
    expect(await count()).toBe(counted - 1)
  })
})

describe.each(WAYS)('the session cookie twice, on $way', ({ path }) => {
  let cookie = ''
  beforeAll(async () => {
    cookie = (await server.signIn()).cookie
  })
  const twice: [string, () => string][] = [
    ['side by side', () => `${cookie}; ${cookie}`],
    ['another one first', () => `connect.sid=s%3Aplanted; ${cookie}`],
    ['without a blank', () => `connect.sid=s%3Aplanted;a=b;${cookie}`],
    ['after a tab', () => `${cookie};\tconnect.sid=s%3Aplanted`],
    ['a blank before the sign', () => `${cookie}; connect.sid =s%3Aplanted`],
    ['in the quotes of another', () => `a="b; connect.sid=s%3Aplanted"; ${cookie}`],
  ]

  test.each(twice)('%s: refused and logged', async (_what, make) => {
    const info = vi.spyOn(server.deps.logger, 'info')
    expectProblem(await ask(server, path, make()), 400, 'duplicate_cookie')
    expect(info).toHaveBeenCalledWith('request refused', expect.objectContaining({ code: 'duplicate_cookie' }))
    info.mockRestore()
  })

  test.each([
    ['a name that begins alike', () => `connect.sid2=a; ${cookie}; my-connect.sid=b`],
    ['its name in a value', () => `${cookie}; a=connect.sid`],
    ['another cookie twice', () => `a=b; ${cookie}; a=c`],
    ['as many cookies as a browser keeps', () => `${'a=b; '.repeat(180)}${cookie}`],
  ])('%s is no harm', async (_what, make) => {
    await ask(server, path, make()).expect(200)
  })

  test('15.2.2 more cookies than a browser keeps are refused', async () => {
    expectProblem(await ask(server, path, `${'a=b; '.repeat(200)}${cookie}`), 400, 'malformed_request')
  })
})
