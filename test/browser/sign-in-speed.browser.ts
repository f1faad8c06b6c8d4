import { expect } from 'vitest'
import { test } from './browser.ts'

/** Fast 3G as Chromium's tools have it, in ms and bytes per second, and the processor of a cheap phone. */
const NETWORK = { offline: false, latency: 562, downloadThroughput: 180_000, uploadThroughput: 84_000 }
const SLOWDOWN = 4

/** In ms. Twice what a quiet machine needs, because this one may be busy. */
const CEILING = 4000

const NOTE_FORM = `new MutationObserver((_, observer) => {
  if (!document.querySelector('[name=password]')) return
  performance.mark('form')
  observer.disconnect()
}).observe(document, { childList: true, subtree: true })`

test('the form can be used soon on a slow phone', async ({ page, context, site, annotate }) => {
  // A server answers its first request slower than all others.
  await page.request.get(`${site.origin}/sign-in`)
  const devtools = await context.newCDPSession(page)
  await devtools.send('Network.enable')
  await devtools.send('Network.emulateNetworkConditions', NETWORK)
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN })
  await page.addInitScript(NOTE_FORM)
  await page.goto('/sign-in')
  await page.getByLabel('Password', { exact: true }).waitFor()
  const [painted, usable] = await page.evaluate<[number, number]>(
    `[performance.getEntriesByName('first-contentful-paint')[0].startTime, performance.getEntriesByName('form')[0].startTime]`,
  )
  await annotate(`painted after ${Math.round(painted)} ms, usable after ${Math.round(usable)} ms`)
  expect(usable).toBeLessThan(CEILING)
})
