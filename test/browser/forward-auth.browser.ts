import { describe, expect } from 'vitest'
import { freePort } from '../support/child-server.ts'
import { clientsFile } from '../support/forward.ts'
import { ADA } from '../support/harness.ts'
import { PROXIES, startPrometheus, startProxy } from '../support/proxies.ts'
import { test as base } from './browser.ts'
import { PUBLIC_NAME } from './chromium.ts'
import { arrivedAt } from './forms.ts'

const METRICS = 'metrics.example.test'
const GRAPHS = 'graphs.example.test'
/** Another site than the login server. */
const FAR = 'metrics.localhost'
const PAGE = '/classic/graph?g0.expr=up'

const test = base
  .override('host', PUBLIC_NAME)
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads from the pattern which fixtures this one needs
  .extend('prometheus', { scope: 'file' }, async ({}, { onCleanup }) => {
    const prometheus = await startPrometheus()
    onCleanup(prometheus.close)
    return prometheus
  })
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads from the pattern which fixtures this one needs
  .extend('proxyPort', ({}) => freePort())
  .extend('proxyName', PROXIES[0] as (typeof PROXIES)[number])
  .override('settings', ({ proxyPort }) => ({
    TRUST_PROXY: '127.0.0.1',
    FORWARD_AUTH: 'true',
    CLIENTS_FILE: clientsFile(
      `hosts:\n${[METRICS, GRAPHS, FAR].map(host => `  - origin: "http://${host}:${proxyPort}"\n`).join('')}`,
    ),
  }))
  .extend('at', async ({ site, proxyName, proxyPort, prometheus }, { onCleanup }) => {
    const hosts = [METRICS, GRAPHS, FAR]
    const proxy = await startProxy(proxyName, {
      port: proxyPort,
      latchkey: site.port,
      application: prometheus.port,
      hosts,
    })
    onCleanup(proxy.close)
    await site.register()
    return (host: string, path = PAGE) => `http://${host}:${proxyPort}${path}`
  })

describe.for(PROXIES)('Prometheus behind %s', name => {
  test.override('proxyName', name)

  test('one sign-in opens two hosts and another domain, and one sign-out closes them', async ({ page, site, at }) => {
    await page.goto(at(METRICS))
    expect(new URL(page.url()).origin).toBe(site.origin)
    await page.getByLabel('Email or username').fill(ADA.email)
    await page.getByLabel('Password', { exact: true }).fill(ADA.password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.waitForURL(at(METRICS))
    expect(await page.title()).toContain('Prometheus')

    for (const host of [GRAPHS, FAR]) {
      await page.goto(at(host))
      expect(page.url()).toBe(at(host))
      expect(await page.title()).toContain('Prometheus')
    }
    const cookies = (await page.context().cookies()).filter(({ name }) => name === 'latchkey.application')
    expect(cookies.map(({ domain }) => domain).sort()).toEqual([GRAPHS, FAR, METRICS].sort())

    await page.goto(at(GRAPHS, '/.latchkey/sign-out'))
    await page.getByRole('button', { name: 'Sign out' }).click()
    await arrivedAt(page, '/sign-in')
    for (const host of [METRICS, GRAPHS, FAR]) {
      await page.goto(at(host))
      expect(new URL(page.url()).origin).toBe(site.origin)
    }
  })
})
