import type { BrowserContext, Page } from 'playwright-core'

const MARK = 'refused by the policy:'
const REPORT_VIOLATIONS = `addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) =>
  console.error('${MARK}', violatedDirective, blockedURI, sample))`

/** A browser reports each refusal by the API, which a page asks who is signed in; that one is no fault. */
const SIGNED_OUT = /status of 401/

/** Whatever goes wrong on a page from now on: errors and warnings on its console, exceptions, refusals by its CSP. */
export async function collectFaults(page: Page): Promise<string[]> {
  const faults: string[] = []
  page.on('console', message => {
    const wrong = message.type() === 'error' || message.type() === 'warning'
    if (wrong && !SIGNED_OUT.test(message.text())) faults.push(message.text())
  })
  page.on('pageerror', error => faults.push(error.message))
  await page.addInitScript(REPORT_VIOLATIONS)
  return faults
}

/** Refusals by its CSP alone, where a browser has more to complain about, such as plain http. */
export async function collectViolations(page: Page): Promise<string[]> {
  const violations: string[] = []
  page.on('console', message => {
    if (message.text().startsWith(MARK)) violations.push(message.text())
  })
  await page.addInitScript(REPORT_VIOLATIONS)
  return violations
}

/** Every request that the tabs of a browser make from now on. */
export function collectRequests(context: BrowserContext) {
  const requests: { url: string; headers: Record<string, string> }[] = []
  context.on('request', request => requests.push({ url: request.url(), headers: request.headers() }))
  return requests
}
