import { readdirSync, readFileSync } from 'node:fs'
import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clientAddress, networkOf } from '../../src/client-address.ts'
import { ADA, cookiesOf, startServer, type TestServer } from '../support/harness.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer({ TRUST_PROXY: '1', LOGIN_LIMIT_CLIENT: '5' })
  await server.register()
})
afterAll(() => server.close())

function signIn(forwardedFor: string, password = ADA.password) {
  return supertest(server.url)
    .post('/auth/login')
    .set('X-Forwarded-For', forwardedFor)
    .send({ email: ADA.email, password })
}

describe('4.1.3 the address of a client is an address, whatever a trusted proxy passes on', () => {
  test.each([
    ['1.2.3.4', '1.2.3.4'],
    ['1.2.3.4:5678', '1.2.3.4'],
    ['::ffff:1.2.3.4', '1.2.3.4'],
    ['[::ffff:1.2.3.4]:80', '1.2.3.4'],
    ['[2001:DB8::1]:443', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['unknown', '127.0.0.1'],
    ['_hidden', '127.0.0.1'],
    ['', '127.0.0.1'],
    [`${'9'.repeat(60)}`, '127.0.0.1'],
    ['1.2.3.4:5:6', '127.0.0.1'],
    ["<b>'1.2.3.4'</b>", '127.0.0.1'],
  ])('%j is %s in the list of sessions', async (forwardedFor, address) => {
    const answer = await signIn(forwardedFor).expect(200)
    const cookie = [...cookiesOf(answer)].map(([name, { value }]) => `${name}=${value}`).join('; ')
    const { body } = await supertest(server.url).get('/auth/sessions').set('Cookie', cookie).expect(200)
    const [current] = body.items.filter((each: { current: boolean }) => each.current)
    expect(current.address).toBe(address)
    const [event] = await server.rows<{ address: string }>(
      `SELECT "address" FROM "AuditEvents" WHERE "event" = 'authn_login_success' ORDER BY "seq" DESC LIMIT 1`,
    )
    expect(event?.address).toBe(address)
  })

  test('6.3.1 a port or another spelling makes no other client: the sixth guess is refused', async () => {
    const spellings = ['7.7.7.7:1', '7.7.7.7:2', '::ffff:7.7.7.7', '[::ffff:7.7.7.7]:3', '7.7.7.7', '7.7.7.7:4']
    const statuses = []
    for (const spelling of spellings) statuses.push((await signIn(spelling, 'wrong guess of a stranger')).status)
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429])
  })

  test('of IPv6 the /64 is one client', () => {
    expect(networkOf('2001:db8:1:2:3::4')).toBe(networkOf('2001:db8:1:2:ffff::1'))
    expect(networkOf('2001:db8:1:2::')).not.toBe(networkOf('2001:db8:1:3::'))
    expect(networkOf('::ffff:1.2.3.4')).toBe('1.2.3.4')
  })

  test('a request whose connection is gone has none', () => {
    expect(clientAddress({ ip: undefined, socket: {} } as Parameters<typeof clientAddress>[0])).toBe('')
  })

  test('nothing else reads Express’s req.ip', () => {
    const files = ['src', 'routes', 'configs'].flatMap(folder =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(file => `${folder}/${file}`),
    )
    const readers = files.filter(file => file.endsWith('.ts') && /\breq\??\.ip\b/.test(readFileSync(file, 'utf8')))
    expect(readers).toEqual(['src/client-address.ts'])
  })
})
