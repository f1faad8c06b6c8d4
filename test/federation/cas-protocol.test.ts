import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ticketOfLogoutRequest } from '../../src/federation/cas/logout-request.ts'
import { casLoginUrl } from '../../src/federation/cas/urls.ts'
import { validateTicket } from '../../src/federation/cas/validate.ts'
import { type CasTestServer, startCasServer } from '../support/cas-server.ts'
import { closeServers, serve } from '../support/plain-server.ts'

const SERVICE = 'https://app.example.org/auth/cas'
const OTHER_SERVICE = 'https://other.example.org/auth/cas'
const ADA = {
  password: 'seven green bicycles',
  attributes: { mail: 'ada@example.org', displayName: "Ada O'Hara & <Söhne>", memberOf: ['staff', 'teachers'] },
}

afterEach(closeServers)

describe('against django-cas-server', () => {
  let cas: CasTestServer
  beforeAll(async () => {
    cas = await startCasServer({ services: [SERVICE, OTHER_SERVICE], users: { ada: ADA } })
  })
  afterAll(() => cas?.close())

  test.each(['2.0', '3.0'] as const)('CAS %s: a ticket names its user with the attributes', async protocol => {
    const server = { casUrl: cas.url, serviceUrl: SERVICE, protocol }
    const ticket = await cas.browserOf('ada').ticketFrom(casLoginUrl(server))
    expect(await validateTicket(server, ticket)).toMatchObject({
      outcome: 'valid',
      subject: 'ada',
      attributes: {
        mail: [ADA.attributes.mail],
        displayName: [ADA.attributes.displayName],
        memberOf: ['staff', 'teachers'],
      },
    })
  })

  test('a ticket is good for one validation', async () => {
    const server = { casUrl: `${cas.url}/`, serviceUrl: SERVICE }
    const ticket = await cas.browserOf('ada').ticketFrom(casLoginUrl(server))
    expect(await validateTicket(server, ticket)).toMatchObject({ outcome: 'valid' })
    expect(await validateTicket(server, ticket)).toEqual({ outcome: 'refused', code: 'INVALID_TICKET' })
  })

  test('a ticket of another service is refused', async () => {
    const ticket = await cas.browserOf('ada').ticketFrom(casLoginUrl({ casUrl: cas.url, serviceUrl: OTHER_SERVICE }))
    const answer = await validateTicket({ casUrl: cas.url, serviceUrl: SERVICE }, ticket)
    expect(answer).toEqual({ outcome: 'refused', code: 'INVALID_SERVICE' })
  })

  test('an unknown ticket is refused', async () => {
    const answer = await validateTicket({ casUrl: cas.url, serviceUrl: SERVICE }, 'ST-1-abc')
    expect(answer).toEqual({ outcome: 'refused', code: 'INVALID_TICKET' })
  })

  test('renew: only a ticket for which the password was asked is valid', async () => {
    const server = { casUrl: cas.url, serviceUrl: SERVICE }
    const browser = cas.browserOf('ada')
    const first = await browser.ticketFrom(casLoginUrl(server))
    const fromSession = await browser.ticketFrom(casLoginUrl(server))
    const fromPassword = await browser.ticketFrom(casLoginUrl(server, { renew: true, gateway: true }))
    expect(await validateTicket(server, first, { renew: true })).toMatchObject({ outcome: 'valid' })
    expect(await validateTicket(server, fromSession, { renew: true })).toMatchObject({ outcome: 'refused' })
    expect(await validateTicket(server, fromPassword, { renew: true })).toMatchObject({ outcome: 'valid' })
  })

  test('gateway: a browser that is not signed in comes back without a ticket', async () => {
    const server = { casUrl: cas.url, serviceUrl: SERVICE }
    expect((await cas.browserOf('ada').visit(casLoginUrl(server, { gateway: true }))).href).toBe(SERVICE)
  })

  test('single logout names the ticket of the session', async () => {
    const requests: string[] = []
    const { server, browser, close } = await startReceiver(body => {
      requests.push(new URLSearchParams(body).get('logoutRequest') ?? '')
    })
    const ticket = await browser.ticketFrom(casLoginUrl(server))
    await validateTicket(server, ticket)
    await browser.signOut()
    await close()
    expect(requests.map(ticketOfLogoutRequest)).toEqual([ticket])
  })
})

/** A CAS server whose service is a listener of the test. */
async function startReceiver(receive: (body: string) => void) {
  const serviceUrl = await serve(async (request, answer) => {
    receive(Buffer.concat(await request.toArray()).toString())
    answer.end()
  })
  const cas = await startCasServer({ services: [serviceUrl], users: { ada: ADA } })
  return { server: { casUrl: cas.url, serviceUrl }, browser: cas.browserOf('ada'), close: cas.close }
}
