import type { Request, Response } from 'express'
import { isNavigation, type Problem } from './visit.ts'

const PAGE_HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
}

/** Sends problem details (RFC 9457) to programs, and a page to people. */
export function sendProblem(req: Request, res: Response, problem: Problem, again?: string) {
  const { status, code, title, detail, headers } = problem
  res.status(status).set({ ...PAGE_HEADERS, ...headers })
  if (isNavigation(req)) return void res.type('html').send(page(problem, again))
  const body = { type: 'about:blank', title, status, detail, code }
  res.type('application/problem+json').send(JSON.stringify(body))
}

export function redirect(res: Response, status: 302 | 303, url: string) {
  res.setHeader('Cache-Control', 'no-store')
  res.redirect(status, url)
}

function page({ title, detail }: Problem, again: string | undefined): string {
  const link = again === undefined ? '' : `<p><a href="${escaped(again)}">Sign in</a></p>`
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title><main><h1>${escaped(title)}</h1><p>${escaped(detail)}</p>${link}</main></html>
`
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, char => `&#${char.charCodeAt(0)};`)
}
