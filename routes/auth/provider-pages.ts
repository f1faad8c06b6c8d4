import type { Request, Response } from 'express'
import { isProblem } from '../../src/problems.ts'

/** Shows a person a refusal on a page. */
export async function toPage<Result>(
  req: Request,
  res: Response,
  provider: string,
  act: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await act()
  } catch (error) {
    if (!isProblem(error) || !prefersPage(req)) throw error
    const page = req.user ? '/account/security' : '/sign-in'
    redirect(res, `${page}?${new URLSearchParams({ problem: error.code, provider })}`)
    return undefined
  }
}

/** Answers a program with `body`, and sends a person on to `page`. */
export function answerOrGoOn<Body>(req: Request, res: Response, { body, page }: { body: Body; page: string }) {
  if (!prefersPage(req)) return body
  return redirect(res, page)
}

export function redirect(res: Response, location: string) {
  res.status(303).location(location).end()
}

function prefersPage(req: Request): boolean {
  return req.accepts(['json', 'html']) === 'html'
}

/**
 * Whether another site started this visit to a provider. It may have signed the browser in there as somebody else, who would then be signed
 * in here too (login CSRF), so the person is asked first.
 */
export function isFromAnotherSite(req: Request): boolean {
  return ['cross-site', 'same-site'].includes(req.get('Sec-Fetch-Site') ?? '')
}
