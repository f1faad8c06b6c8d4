import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { Client } from '../../models/client.ts'
import { startLogoutWorker } from '../../src/provider/logout-worker.ts'
import { startApache } from '../support/apache.ts'
import { freePort } from '../support/child-server.ts'
import { clientsFile } from '../support/forward.ts'
import { ADA } from '../support/harness.ts'
import { createClient } from '../support/openid-provider.ts'
import { startProtectedApp } from '../support/protected-app.ts'
import { startPrometheus, startProxy } from '../support/proxies.ts'
import { test as base } from './browser.ts'
import { arrivedAt, signOutByPage } from './forms.ts'

/** Each on a site of its own; the login server is at localhost. */
const WIKI = 'wiki.localhost'
const METRICS = 'metrics.localhost'
const SHOP = 'shop.localhost'

/** The ways of docs/protect-an-app.md, with a page deep in an application of each and words on that page. */
const WAYS = ['OpenID Connect', 'forward auth', '@latchkey/express'] as const
type Way = (typeof WAYS)[number]
type Application = { url: string; shows: string }

const test = base
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads from the pattern which fixtures this one needs
  .extend('proxyPort', ({}) => freePort())
  .override('settings', ({ proxyPort }) => ({
    TRUST_PROXY: '127.0.0.1',
    FORWARD_AUTH: 'true',
    CLIENTS_FILE: clientsFile(`hosts:\n  - origin: "http://${METRICS}:${proxyPort}"\n`),
  }))
  .extend('issuer', async ({ site }, { onCleanup }) => {
    await site.register()
    const worker = startLogoutWorker(site.deps)
    onCleanup(worker.stop)
    return `${site.origin}/oidc`
  })
  .extend('wiki', async ({ site, issuer }, { onCleanup }): Promise<Application> => {
    const port = await freePort()
    const client = await createClient(site, 'wiki', {
      redirectUris: [`http://${WIKI}:${port}/oidc-callback`],
      backchannelLogoutUri: `http://127.0.0.1:${port}/oidc-callback?logout=backchannel`,
    })
    const apache = await startApache({ port, host: WIKI, issuer, ...client })
    onCleanup(apache.close)
    return { url: `${apache.url}/index.html?year=2026`, shows: 'a protected page' }
  })
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads from the pattern which fixtures this one needs
  .extend('prometheus', { scope: 'file' }, async ({}, { onCleanup }) => {
    const prometheus = await startPrometheus()
    onCleanup(prometheus.close)
    return prometheus
  })
  .extend('metrics', async ({ site, proxyPort, prometheus }, { onCleanup }): Promise<Application> => {
    const setup = { port: proxyPort, latchkey: site.port, application: prometheus.port, hosts: [METRICS] }
    const proxy = await startProxy('nginx', setup)
    onCleanup(proxy.close)
    return { url: `http://${METRICS}:${proxyPort}/classic/graph?g0.expr=up`, shows: 'Prometheus' }
  })
  .extend('shop', async ({ site, issuer }, { onCleanup }): Promise<Application> => {
    const { id: clientId, secret: clientSecret } = await createClient(site, 'shop')
    const shop = await startProtectedApp(issuer, { clientId, clientSecret })
    onCleanup(shop.close)
    const origin = shop.url.replace('127.0.0.1', SHOP)
    const addresses = {
      redirectUris: [`${origin}/auth/callback`],
      backchannelLogoutUri: `${shop.url}/auth/backchannel-logout`,
    }
    await Client.update(addresses, { where: { id: clientId } })
    return { url: `${origin}/private/orders?page=2`, shows: ADA.email }
  })
  .extend('applications', ({ wiki, metrics, shop }): Record<Way, Application> => {
    return { 'OpenID Connect': wiki, 'forward auth': metrics, '@latchkey/express': shop }
  })

async function isShown(page: Page, { url, shows }: Application) {
  expect(page.url()).toBe(url)
  expect(await page.content()).toContain(shows)
}

test.for(WAYS)('one sign-in by %s opens all applications until sign-out', async (way, { page, site, applications }) => {
  const first = applications[way]
  const others = Object.values(applications).filter(each => each !== first)
  await page.goto(first.url)
  expect(new URL(page.url()).origin).toBe(site.origin)
  await page.getByLabel('Email or username').fill(ADA.email)
  await page.getByLabel('Password', { exact: true }).fill(ADA.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL(first.url)
  await isShown(page, first)
  for (const other of others) {
    await page.goto(other.url)
    await isShown(page, other)
  }

  await page.goto('/account')
  await signOutByPage(page)
  await arrivedAt(page, '/sign-in')
  for (const { url } of Object.values(applications)) {
    await expect.poll(() => originReached(page, url), { message: url }).toBe(site.origin)
  }
})

async function originReached(page: Page, url: string) {
  await page.goto(url)
  return new URL(page.url()).origin
}
