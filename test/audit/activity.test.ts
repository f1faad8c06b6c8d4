import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AuditEventRow } from '../../models/audit-event.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, BOB, startServer, type TestServer } from '../support/harness.ts'

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

let server: TestServer
let ada: Awaited<ReturnType<TestServer['signIn']>> & { id: string }
let bob: Awaited<ReturnType<TestServer['signIn']>> & { id: string }
beforeAll(async () => {
  server = await startServer()
  async function signUp(person: typeof ADA) {
    const { body } = await server.register(person)
    return { ...(await server.signIn(person)), id: body.id as string }
  }
  ada = await signUp(ADA)
  bob = await signUp(BOB)
})
afterAll(() => server.close())

const activity = async (query = '', { browser } = ada) => (await browser.get(`/auth/activity${query}`).expect(200)).body
type Event = { id: number; event: string }
const ids = ({ events }: { events: Event[] }) => events.map(({ id }) => id)

describe('GET /auth/activity', () => {
  test('shows what was done, when, from where and by whom, newest first', async () => {
    await ada.browser.patch('/auth/profile').set('User-Agent', FIREFOX).send({ name: 'Ada King' }).expect(200)
    await server.deps.audit.record('user_enabled', {
      userId: ada.id,
      actorId: bob.id,
      details: { by: 'administrator' },
    })
    await server.deps.audit.record('authn_login_fail', { userId: ada.id, actorId: null })
    const { events } = await activity('?limit=3')
    expect(events).toEqual([
      expect.objectContaining({ event: 'authn_login_fail', byMe: false, device: 'Unknown device', address: null }),
      expect.objectContaining({ event: 'user_enabled', byMe: false, details: { by: 'administrator' } }),
      {
        id: expect.any(Number),
        at: expect.stringMatching(/Z$/),
        event: 'user_updated',
        address: expect.stringContaining('127.0.0.1'),
        device: 'Firefox on Linux',
        details: { fields: ['name'] },
        byMe: true,
      },
    ])
  })

  test('8.2.2 nobody sees what happened to somebody else, also not what they did to them', async () => {
    const { events } = await activity('?limit=100', bob)
    const own = await AuditEventRow.findAll({ where: { userId: bob.id } })
    expect(own.length).toBeGreaterThan(0)
    expect(events.map(({ id }: Event) => id).toSorted()).toEqual(own.map(({ seq }) => Number(seq)).toSorted())
  })

  test('goes on page by page without a gap or a repetition, whatever happens meanwhile', async () => {
    for (let number = 0; number < 55; number++) await server.deps.audit.record('authn_login_fail', { userId: ada.id })
    const all = [...ids(await activity('?limit=100'))]
    const first = await activity()
    expect(first.events).toHaveLength(50)
    await server.deps.audit.record('authn_login_fail', { userId: ada.id })
    const second = await activity(`?before=${first.next}`)
    expect([...ids(first), ...ids(second)]).toEqual(all)
    expect(second.next).toBeNull()
    expect(await activity(`?limit=${second.events.length}&before=${first.next}`)).toEqual(second)
    expect(await activity('?before=1')).toEqual({ events: [], next: null })
  })

  test.each(['limit=0', 'limit=101', 'limit=x', 'limit=1.5', 'before=0', 'before=x', 'user=1', 'before=1&before=2'])(
    '2.2.1 refuses ?%s',
    async query => {
      const answer = await ada.browser.get(`/auth/activity?${query}`)
      expectProblem(answer, 422, 'validation_failed')
    },
  )

  test('has no secret in it', async () => {
    const text = JSON.stringify(await activity('?limit=100'))
    expect(text).not.toContain(ada.cookie.split(/=s%3A|\./)[1])
    expect(text).not.toMatch(/hash|mac|sessionId|requestId|bicycles/i)
  })
})
