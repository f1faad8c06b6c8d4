import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { BOB } from '../support/harness.ts'
import { ask, test as base, signIn } from './browser.ts'
import { PUBLIC_NAME, SIBLING_NAME } from './chromium.ts'
import { openElsewhere } from './elsewhere.ts'

/**
 * Where an attack comes from. Only another site is kept from the cookie by SameSite=Lax, and over plain http a browser tells where
 * a request comes from by `Origin` alone unless the host is this machine.
 */
const ORIGINS = [
  { from: 'another site', host: 'localhost', attacker: '127.0.0.1', cookie: false, fetchSite: 'cross-site' },
  { from: 'another port', host: 'localhost', attacker: 'localhost', cookie: true, fetchSite: 'same-site' },
  { from: 'a sibling over http', host: PUBLIC_NAME, attacker: SIBLING_NAME, cookie: true, fetchSite: undefined },
]

/** Ada is signed in in one tab (`page`); `trap` opens a page of the attacker's in another one. */
const test = base
  .extend('attacker', '')
  .extend('elsewhere', async ({ attacker }, { onCleanup }) => {
    const server = await openElsewhere()
    onCleanup(server.close)
    return { ...server, url: `http://${attacker}:${server.port}/` }
  })
  .extend('trap', async ({ page, context, site, elsewhere }) => {
    await site.register()
    await signIn(page)
    const tab = await context.newPage()
    return async (html: string) => {
      elsewhere.show(html)
      await tab.goto(elsewhere.url, { waitUntil: 'commit' })
      return tab
    }
  })

const whoAmI = async (page: Page) => (await ask(page, 'GET', '/auth/session')).body

/** The next answer to this as the server gives it: a browser hides from its own log what the asking page may not have. */
function answerTo(server: Server, method: string, path: string) {
  return new Promise<{ status: number; sent: IncomingHttpHeaders }>(resolve => {
    function watch(req: IncomingMessage, res: ServerResponse) {
      if (req.method !== method || req.url !== path) return
      server.off('request', watch)
      res.once('finish', () => resolve({ status: res.statusCode, sent: req.headers }))
    }
    // Ahead of Express, which cuts the path down for its routers.
    server.prependListener('request', watch)
  })
}

type Attempt = { method?: string; mode?: 'no-cors'; headers?: Record<string, string>; body?: string }

/** What the attacker's script gets: text that it can read, or why it cannot. */
function attempt(tab: Page, url: string, init: Attempt) {
  return tab.evaluate(
    async ([url, init]) => {
      try {
        const response = await fetch(url, { ...init, credentials: 'include' })
        return `${response.type}: ${await response.text()}`
      } catch (error) {
        return String(error)
      }
    },
    [url, init] as const,
  )
}
const FRAMED = ['/', '/sign-in', '/account', '/docs', '/auth/session']
const REFUSED_FRAME = 'chrome-error://chromewebdata/'
const UNREADABLE = 'TypeError: Failed to fetch'

const asForm = { mode: 'no-cors', headers: { 'Content-Type': 'text/plain' } } as const

describe.for(ORIGINS)('from $from', ({ host, attacker, cookie, fetchSite }) => {
  test.override('host', host)
  test.override('attacker', attacker)

  function expectRefusal({ status, sent }: Awaited<ReturnType<typeof answerTo>>) {
    expect(sent.cookie !== undefined, 'the cookie was sent').toBe(cookie)
    expect(sent['sec-fetch-site']).toBe(fetchSite)
    expect(new URL(sent.origin ?? '').hostname).toBe(attacker)
    expect(status).toBe(403)
  }

  test('3.5.1 a form that sends itself does not sign out', async ({ page, site, trap }) => {
    const before = await whoAmI(page)
    const answer = answerTo(site.server, 'POST', '/auth/logout')
    await trap(
      `<form method="post" action="${site.origin}/auth/logout"></form><script>document.forms[0].submit()</script>`,
    )
    expectRefusal(await answer)
    expect(await whoAmI(page)).toEqual(before)
  })

  test('3.5.1 a script does not sign out, change the name or sign in as somebody else', async ({
    page,
    site,
    trap,
  }) => {
    await site.register(BOB)
    const before = await whoAmI(page)
    const tab = await trap('')
    const logout = answerTo(site.server, 'POST', '/auth/logout')
    await attempt(tab, `${site.origin}/auth/logout`, { method: 'POST', mode: 'no-cors' })
    expectRefusal(await logout)
    const login = answerTo(site.server, 'POST', '/auth/login')
    await attempt(tab, `${site.origin}/auth/login`, { ...asForm, method: 'POST', body: JSON.stringify(BOB) })
    expectRefusal(await login)
    const rename = { method: 'PATCH', headers: { 'Content-Type': 'application/json' }, body: '{"name":"Mallory"}' }
    expect(await attempt(tab, `${site.origin}/auth/profile`, rename)).toBe(UNREADABLE)
    expect(await whoAmI(page)).toEqual(before)
  })

  test('3.4.2 3.5.8 a script cannot read who is signed in, nor load it as a script', async ({ site, trap }) => {
    const url = `${site.origin}/auth/session`
    const tab = await trap(`<script src="${url}" onload="document.title = 'loaded'"></script>`)
    expect(await attempt(tab, url, {})).toBe(UNREADABLE)
    expect(await attempt(tab, url, { mode: 'no-cors' })).toBe(UNREADABLE)
    expect(await tab.title()).toBe('elsewhere')
  })

  test('3.4.6 none of our pages can be framed', async ({ site, trap }) => {
    const tab = await trap(FRAMED.map(path => `<iframe src="${site.origin}${path}"></iframe>`).join(''))
    const framed = () => tab.frames().map(frame => frame.url())
    await expect.poll(framed).toEqual([tab.url(), ...FRAMED.map(() => REFUSED_FRAME)])
  })
})
