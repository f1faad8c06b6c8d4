import type { RequestListener } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { ticketOfLogoutRequest } from '../../src/federation/cas/logout-request.ts'
import { validateTicket } from '../../src/federation/cas/validate.ts'
import { closeServers, serve } from '../support/plain-server.ts'

const SERVICE = 'https://app.example.org/auth/cas'
const TICKET = 'ST-1-abcdef.cas_1'

afterEach(closeServers)

describe('answers of a hostile or broken server', () => {
  const response = (inside: string) =>
    `<cas:serviceResponse xmlns:cas="http://www.yale.edu/tp/cas">${inside}</cas:serviceResponse>`
  const success = (inside: string) => response(`<cas:authenticationSuccess>${inside}</cas:authenticationSuccess>`)
  const FAILURE = '<cas:authenticationFailure code="INVALID_TICKET">unknown</cas:authenticationFailure>'
  const USER = '<cas:user>ada</cas:user>'
  const LAUGHS = `<!DOCTYPE x [<!ENTITY a "ha">${'bcdefghij'.replaceAll(/./g, (name, index) => {
    const entity = `&${'abcdefghi'[index]};`
    return `<!ENTITY ${name} "${entity.repeat(10)}">`
  })}]>`

  const MALFORMED: [title: string, body: string | Buffer][] = [
    ['a document type', `<!DOCTYPE x>${success(USER)}`],
    ['an entity of a document type', `<!DOCTYPE x [<!ENTITY a "ada">]>${success('<cas:user>&a;</cas:user>')}`],
    [
      'an external entity',
      `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>${success('<cas:user>&a;</cas:user>')}`,
    ],
    ['a billion laughs', LAUGHS + success('<cas:user>&j;</cas:user>')],
    ['an entity that nobody declared', success('<cas:user>a&ada;da</cas:user>')],
    ['a character that does not exist', success('<cas:user>&#x110000;</cas:user>')],
    ['half a surrogate pair', success('<cas:user>&#xD800;</cas:user>')],
    ['two users', success('<cas:user>ada</cas:user><cas:user>admin</cas:user>')],
    ['two users of two namespaces', success('<cas:user>ada</cas:user><x:user xmlns:x="x">admin</x:user>')],
    ['a user in a user', success('<cas:user>ada<cas:user>admin</cas:user></cas:user>')],
    ['a comment in the user', success('<cas:user>admin<!-- -->@example.org</cas:user>')],
    ['a processing instruction in the user', success('<cas:user>admin<?x?>@example.org</cas:user>')],
    ['a line break in the user', success('<cas:user>ada&#10;admin</cas:user>')],
    ['space around the user', success('<cas:user> ada</cas:user>')],
    ['an empty user', success('<cas:user></cas:user>')],
    ['a user of 256 characters', success(`<cas:user>${'a'.repeat(256)}</cas:user>`)],
    ['no user', success('')],
    ['two lists of attributes', success(`${USER}<cas:attributes/><cas:attributes/>`)],
    ['an attribute named __proto__', success(`${USER}<cas:attributes><__proto__>x</__proto__></cas:attributes>`)],
    ['success and failure', response(`<cas:authenticationSuccess>${USER}</cas:authenticationSuccess>${FAILURE}`)],
    ['failure and success', response(`${FAILURE}<cas:authenticationSuccess>${USER}</cas:authenticationSuccess>`)],
    ['two successes', success(`${USER}</cas:authenticationSuccess><cas:authenticationSuccess><cas:user>b</cas:user>`)],
    ['two roots', success(USER) + success(USER)],
    ['an empty second root', `${success(USER)}<x/>`],
    ['another root', `<cas:response><cas:authenticationSuccess>${USER}</cas:authenticationSuccess></cas:response>`],
    ['no verdict in it', response('')],
    ['elements that do not match', success(USER).replace('</cas:user>', '</cas:name>')],
    ['an end that is missing', success(USER).slice(0, -5)],
    ['text after the end', `${success(USER)}x`],
    ['elements 30 deep', success(USER + '<a>'.repeat(30) + '</a>'.repeat(30))],
    ['bytes that are not UTF-8', Buffer.from(success('<cas:user>J\xf6rg</cas:user>'), 'latin1')],
    ['an error of the server', response('<cas:authenticationFailure code="INTERNAL_ERROR"/>')],
    ['a failure without a code', response('<cas:authenticationFailure/>')],
    ['an HTML page', '<!doctype html><title>Maintenance</title>'],
    ['CAS 1.0', 'yes\nada\n'],
    ['nothing', ''],
  ]

  test.each(MALFORMED)('1.5.1 a response with %s is refused', async (_, body) => {
    const server = { casUrl: await serve((_, answer) => answer.end(body)), serviceUrl: SERVICE }
    await expect(validateTicket(server, TICKET)).rejects.toMatchObject({ reason: 'malformed' })
  })

  const UNAVAILABLE: [title: string, reason: string, listener: RequestListener][] = [
    ['of more than 64 kB', 'too large', (_, answer) => answer.end(success(USER + ' '.repeat(65_536)))],
    ['that redirects', 'redirect', (_, answer) => answer.writeHead(302, { location: '/elsewhere' }).end(success(USER))],
    ['with status 500', 'status', (_, answer) => answer.writeHead(500).end(success(USER))],
    ['that never comes', 'timeout', () => {}],
  ]

  test.each(UNAVAILABLE)('a response %s makes CAS unavailable: %s', async (_, reason, listener) => {
    const server = { casUrl: await serve(listener), serviceUrl: SERVICE }
    await expect(validateTicket(server, TICKET)).rejects.toMatchObject({ reason })
  })

  test('a server that is down makes CAS unavailable', async () => {
    const server = { casUrl: await serve(() => {}), serviceUrl: SERVICE }
    await closeServers()
    await expect(validateTicket(server, TICKET)).rejects.toMatchObject({ reason: 'unreachable' })
  })

  test('a success inside a failure is a failure', async () => {
    const body = response(FAILURE.replace('unknown', `<cas:authenticationSuccess>${USER}</cas:authenticationSuccess>`))
    const server = { casUrl: await serve((_, answer) => answer.end(body)), serviceUrl: SERVICE }
    expect(await validateTicket(server, TICKET)).toEqual({ outcome: 'refused', code: 'INVALID_TICKET' })
  })

  test('what a server may write is read: CDATA, another prefix, an attribute that is no text', async () => {
    const attributes = '<a:mail><![CDATA[a&b@example.org]]></a:mail><a:nested><a:b>x</a:b></a:nested><a:none/>'
    const body = success(`${USER}<a:attributes xmlns:a="a">${attributes}</a:attributes>`).replaceAll('cas:', 'sso:')
    const xml = `<?xml version="1.0" encoding="UTF-8"?>\n${body.replace('xmlns:cas', 'xmlns:sso')}\n`
    const server = { casUrl: await serve((_, answer) => answer.end(xml)), serviceUrl: SERVICE }
    const expected = { outcome: 'valid', subject: 'ada', attributes: { mail: ['a&b@example.org'] } }
    expect(await validateTicket(server, TICKET)).toEqual(expected)
  })

  test.each([
    `${TICKET}&service=https://other.example.org`,
    `${TICKET}#x`,
    `${TICKET}\n`,
    `${TICKET} `,
    `ST-${'a'.repeat(254)}`,
    'ST-',
    'PT-1-abc',
    'TGT-1-abc',
    '../logout?ticket=ST-1',
    '',
  ])('the CAS server is not asked about %j', async ticket => {
    let requests = 0
    const server = { casUrl: await serve((_, answer) => answer.end(`${requests++}`)), serviceUrl: SERVICE }
    expect(await validateTicket(server, ticket)).toEqual({ outcome: 'refused', code: 'INVALID_TICKET' })
    expect(requests).toBe(0)
  })

  test('ticket and service URL are each one parameter', async () => {
    let target = ''
    const listener: RequestListener = (request, answer) => {
      target = request.url ?? ''
      answer.end(success(USER))
    }
    const server = { casUrl: `${await serve(listener)}/cas/`, serviceUrl: `${SERVICE}?a=1&ticket=ST-2` }
    await validateTicket(server, TICKET)
    expect(target).toBe(`/cas/p3/serviceValidate?service=${encodeURIComponent(server.serviceUrl)}&ticket=${TICKET}`)
  })
})

describe('logout requests', () => {
  const request = (inside: string) =>
    `<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="1">${inside}</samlp:LogoutRequest>`
  const index = (ticket: string) => `<samlp:SessionIndex>${ticket}</samlp:SessionIndex>`

  test('the session index is the ticket', () => {
    expect(ticketOfLogoutRequest(request(index(`\n ${TICKET} \n`)))).toBe(TICKET)
  })

  test.each([
    ['a document type', `<!DOCTYPE x>${request(index(TICKET))}`],
    ['two tickets', request(index(TICKET) + index('ST-2-abc'))],
    ['a comment in the ticket', request(index('ST-1<!-- -->-abc'))],
    ['no ticket', request('')],
    ['something that is no ticket', request(index('1 OR 1=1'))],
    ['another root', request(index(TICKET)).replaceAll('LogoutRequest', 'LogoutResponse')],
    ['a ticket deeper inside', request(`<a>${index(TICKET)}</a>`)],
    ['more than 4096 characters', request(index(TICKET) + ' '.repeat(4096))],
    ['no XML', 'ST-1-abc'],
    ['nothing', ''],
  ])('1.5.1 a logout request with %s ends no session', (_, xml) => {
    expect(ticketOfLogoutRequest(xml)).toBeUndefined()
  })
})
