import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { days } from '../../src/durations.ts'
import { PATHS } from '../../web/src/paths.ts'
import { startServer, type TestServer } from '../support/harness.ts'

const SITE_NAME = '<b>"Ada & Co"</b>'
const FOR_A_PERSON = { headers: { Accept: 'text/html' } }

let server: TestServer
beforeAll(async () => {
  server = await startServer({ SITE_NAME, SESSION_REMEMBER: '7d', REGISTRATION: 'invite', OPENAPI_VISIBLE: 'false' })
})
afterAll(() => server.close())

const get = (path: string, init?: RequestInit) => fetch(server.url + path, init)
const assetsOf = (html: string) => [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path)

describe('the document of the pages', () => {
  test('is the same at every path, sets no cookie and is asked for anew', async () => {
    const first = await (await get('/')).text()
    for (const path of PATHS) {
      const answer = await get(path.replace(/:\w+/, 'x'))
      expect({ path, status: answer.status, text: await answer.text() }).toEqual({ path, status: 200, text: first })
      expect(answer.headers.get('Cache-Control')).toBe('no-cache')
      expect(answer.headers.get('Set-Cookie')).toBeNull()
    }
  })

  test('says whether a browser has no session cookie', async () => {
    const cookies = { 'theme=dark': true, [`${server.deps.cookie.name}=s%3Aany`]: false }
    for (const [Cookie, isSignedOut] of Object.entries(cookies)) {
      const answer = await get('/sign-in', { headers: { Cookie } })
      expect(answer.headers.get('Vary')).toContain('Cookie')
      expect((await answer.text()).includes('<html data-signed-out ')).toBe(isSignedOut)
    }
  })

  test.each([
    ['de-AT,de;q=0.9,en;q=0.8', 'Mein Konto'],
    ['tlh, PL;q=0.5, en;q=0.1', 'Moje konto'],
    ['en;q=0.1, fr;q=0.9', 'Mon compte'],
    ['tlh, *', 'My account'],
  ])('has the browser load the texts for %s beside the script', async (languages, account) => {
    const answer = await get('/sign-in', { headers: { 'Accept-Language': languages } })
    expect(answer.headers.get('Vary')).toContain('Accept-Language')
    const preloads = [...(await answer.text()).matchAll(/<link rel="modulepreload" href="([^"]+)">/g)]
    const scripts = await Promise.all(preloads.map(async ([, path = '']) => (await get(path)).text()))
    expect(scripts.filter(script => script.includes(account))).toHaveLength(1)
  })

  test('says what is to be known before any request, as text', async () => {
    const html = await (await get('/')).text()
    const escaped = '&#60;b&#62;&#34;Ada &#38; Co&#34;&#60;/b&#62;'
    expect(html).toContain(
      `data-site-name="${escaped}" data-registration="invite" data-sign-in-with="password,passkey" data-providers="[]" data-sign-in-form="one" data-remember-days="7" data-logo="" data-links="{&#34;terms&#34;:&#34;&#34;,&#34;privacy&#34;:&#34;&#34;,&#34;help&#34;:&#34;&#34;}" data-docs="false"`,
    )
    expect(html).toContain(`<title>${escaped}</title>`)
    expect(html).not.toContain('{{')
  })

  test('3.4.3 has nothing inline and nothing from elsewhere', async () => {
    const html = await (await get('/')).text()
    expect(html).not.toMatch(/<style|style=|<script(?![^>]* src=)| on\w+=/)
    expect(assetsOf(html).length).toBeGreaterThan(2)
    for (const path of assetsOf(html)) expect(path).toMatch(/^\/assets\/[\w-]+\.\w+$/)
  })

  test('has assets under names of their own, which are kept for good and travel compressed', async () => {
    for (const path of assetsOf(await (await get('/')).text())) {
      const answer = await get(path, { headers: { 'Accept-Encoding': 'br' } })
      expect(answer.status).toBe(200)
      expect(answer.headers.get('Cache-Control')).toBe(`public, max-age=${days(365) / 1000}, immutable`)
      if (Number((await answer.arrayBuffer()).byteLength) > 1024)
        expect(answer.headers.get('Content-Encoding')).toBe('br')
    }
  })
})

describe('the address where password managers change a password', () => {
  test('leads to the security page, and what must not exist beside it does not', async () => {
    const { status, headers } = await get('/.well-known/change-password', { redirect: 'manual' })
    expect([status, headers.get('Location'), headers.get('Cache-Control')]).toEqual([
      302,
      '/account/security',
      'no-store',
    ])
    const beside = '/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200'
    expect((await get(beside, FOR_A_PERSON)).status).toBe(404)
  })

  test('is not there where nobody signs in with a password', async () => {
    const other = await startServer({ SIGN_IN_WITH: 'passkey,email' })
    expect((await fetch(`${other.url}/.well-known/change-password`)).status).toBe(404)
    await other.close()
  })
})

describe('where there is nothing', () => {
  test('a person gets a page with status 404, and a program a problem', async () => {
    const page = await get('/nowhere', FOR_A_PERSON)
    expect([page.status, page.headers.get('Cache-Control')]).toEqual([404, 'no-store'])
    expect(await page.text()).toContain('<div id="app">')
    expect(await (await get('/nowhere')).json()).toMatchObject({ code: 'not_found' })
  })

  test.each(['/auth/nowhere', '/api/nowhere', '/assets/nowhere.js', '/AUTH/nowhere', '/docs'])(
    '%s is a problem for everybody, kept by no cache',
    async path => {
      const answer = await get(path, FOR_A_PERSON)
      expect(await answer.json()).toMatchObject({ code: 'not_found' })
      expect(answer.headers.get('Cache-Control')).toBe('no-store')
    },
  )

  test('13.4.3 nothing of the build but its assets is served', async () => {
    for (const path of ['/sources.sha256', '/index.html', '/assets/../sources.sha256', '/assets/%2e%2e/index.html'])
      expect((await get(path)).status).toBe(404)
  })
})
