import type { Page } from 'playwright-core'
import { test as base } from 'vitest'
import type { EnvSource } from '../../configs/env.ts'
import { freePort } from '../support/child-server.ts'
import { ADA, startServer } from '../support/harness.ts'
import { launchChromium } from './chromium.ts'

const usual: EnvSource = {}

/**
 * A test with the real app (`site`, where its BASE_URL says) and a tab of a real browser (`page`, in a `context` that knows nothing
 * yet). A test that needs another `host` or other `settings` overrides them.
 */
export const test = base
  .extend('host', 'localhost')
  .extend('settings', usual)
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads from the pattern which fixtures this one needs
  .extend('chromium', { scope: 'file' }, async ({}, { onCleanup }) => {
    const chromium = await launchChromium()
    onCleanup(() => chromium.close())
    return chromium
  })
  .extend('site', async ({ host, settings }, { onCleanup }) => {
    const port = await freePort()
    const origin = `http://${host}:${port}`
    const server = await startServer({ PORT: String(port), BASE_URL: origin, ...settings })
    onCleanup(() => server.close())
    return { ...server, origin }
  })
  .extend('context', async ({ chromium, site }, { onCleanup }) => {
    const context = await chromium.newContext({ baseURL: site.origin, viewport: { width: 1280, height: 800 } })
    onCleanup(() => context.close())
    return context
  })
  .extend('page', ({ context }) => context.newPage())

type Answer = { status: number; body: Record<string, unknown> }

/** What a script of ours on this page would do; the page's address must be ours. */
export function ask(page: Page, method: string, path: string, body?: object): Promise<Answer> {
  return page.evaluate(
    async ([method, path, body]) => {
      const init = body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, body }
      const response = await fetch(path, { method, ...init })
      return { status: response.status, body: (await response.json()) as Record<string, unknown> }
    },
    [method, path, body && JSON.stringify(body)] as const,
  )
}

/** Opens the start page and signs in from there. */
export async function signIn(page: Page, { email, password } = ADA): Promise<Answer> {
  await page.goto('/')
  return await ask(page, 'POST', '/auth/login', { email, password })
}
