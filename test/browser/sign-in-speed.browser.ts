import { expect } from 'vitest'
import { test } from './browser.ts'

/** Fast 3G as Chromium's tools have it, in ms and bytes per second, and the processor of a cheap phone. */
const NETWORK = { offline: false, latency: 562, downloadThroughput: 180_000, uploadThroughput: 84_000 }
const SLOWDOWN = 4

/** In ms. It took 1.6 s on two cores with four times as much to do. */
const CEILING = 2000

const NOTE_FORM = `new MutationObserver((_, observer) => {
  if (!document.querySelector('[name=password]')) return
  performance.mark('form')
  observer.disconnect()
}).observe(document, { childList: true, subtree: true })`

/** Scripts and styles that the form waited for, but which only another script asked for. */
const LATER = `performance.getEntriesByType('resource')
  .filter(({ startTime }, _, [script]) => startTime > script.responseEnd && startTime < performance.getEntriesByName('form')[0].startTime)
  .map(({ name }) => name)
  .filter(name => /\\.(js|css)$/.test(name))`

// Other work can only make it slower, so one good run of three is enough.
test('the form can be used within 2 s on a slow phone, after two round trips', { retry: 2 }, async ({
  chromium,
  site,
  annotate,
}) => {
  const context = await chromium.newContext({ baseURL: site.origin, locale: 'de-DE' })
  const page = await context.newPage()
  // A server answers its first request slower than all others.
  await page.request.get(`${site.origin}/sign-in`)
  const devtools = await context.newCDPSession(page)
  await devtools.send('Network.enable')
  await devtools.send('Network.emulateNetworkConditions', NETWORK)
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN })
  await page.addInitScript(NOTE_FORM)
  await page.goto('/sign-in')
  await page.locator('[name=password]').waitFor()
  const [painted, usable] = await page.evaluate<[number, number]>(
    `[performance.getEntriesByName('first-contentful-paint')[0].startTime, performance.getEntriesByName('form')[0].startTime]`,
  )
  await annotate(`painted after ${Math.round(painted)} ms, usable after ${Math.round(usable)} ms`)
  expect(await page.evaluate(LATER)).toEqual([])
  await context.close()
  expect(usable).toBeLessThan(CEILING)
})
