import { Cancelled, Problem, type Wire } from './problem.ts'
import { language } from './text/text.ts'

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'

export type Ask = {
  method: Method
  path: string
  body?: object | undefined
  headers?: Record<string, string>
}

/** What to do about an answer that every page treats alike; set by src/session.ts and src/parts/prove-again.tsx. */
export const reactions = {
  signedOut: (_problem: Problem): void => {},
  enrolmentRequired: (): void => {},
  reviewRequired: (): void => {},
  /** Resolves when the owner proved again who they are. @throws Cancelled */
  proveAgain: (): Promise<void> => Promise.reject(new Cancelled()),
}

/**
 * Asks our API, as any other client would.
 * @returns the JSON of the answer, or the text of an export; undefined where there is none
 * @throws Problem, and Cancelled where a further proof was asked for and not given
 */
export async function call<Answer = unknown>(method: Method, path: string, body?: object): Promise<Answer> {
  return (await send<Answer>({ method, path, body })).answer
}

/** In ms: by then the answer that brings the new cookie has come as well. */
const RENEWAL = 300

/** As `call`, with the answer's headers. */
export async function send<Answer>(ask: Ask): Promise<{ answer: Answer; headers: Headers }> {
  const response = await fetchRenewed(ask)
  const answer = isFile(response) ? await response.text() : await readJson(response)
  if (response.ok) return { answer: answer as Answer, headers: response.headers }
  const problem = new Problem(answer as Wire, Number(response.headers.get('Retry-After')) || undefined)
  // Under /api a new token is needed as well (src/admin/api.ts).
  if (problem.code === 'reauthentication_required' && !ask.path.startsWith('/api/')) {
    await reactions.proveAgain()
    return send(ask)
  }
  if (problem.code === 'authentication_required' && !ask.path.startsWith('/api/')) reactions.signedOut(problem)
  if (problem.code === 'second_factor_enrolment_required') reactions.enrolmentRequired()
  if (problem.code === 'review_required') reactions.reviewRequired()
  throw problem
}

/**
 * A session gets a new id when its rights change. A read that left with the old one is told `replaced`, and is sent once more with the
 * cookie that the browser has by then. What changes something is not: the cookie may be of somebody else by then.
 */
async function fetchRenewed(ask: Ask): Promise<Response> {
  const response = await fetchAnswer(ask)
  if (ask.method !== 'GET' || response.status !== 401) return response
  const problem = (await readJson(response.clone())) as Wire
  if (problem.reason !== 'replaced') return response
  await new Promise(resolve => setTimeout(resolve, RENEWAL))
  return fetchAnswer(ask)
}

function fetchAnswer({ method, path, body, headers }: Ask) {
  return fetch(path, {
    method,
    cache: 'no-store',
    headers: {
      Accept: 'application/json',
      // The server keeps it on a new account, and writes mails in it.
      'Accept-Language': language.get(),
      ...(body && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body && { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new Problem({})
  })
}

/** Exports are text to keep, not to read. */
function isFile({ headers }: Response) {
  return /^(text\/csv|application\/x-ndjson)/.test(headers.get('Content-Type') ?? '')
}

/** A proxy that is there where the server is not answers in HTML. */
function readJson(response: Response): Promise<unknown> {
  return response.text().then(text => {
    if (!text) return response.ok ? undefined : { status: response.status }
    try {
      return JSON.parse(text)
    } catch {
      throw new Problem({ status: response.status })
    }
  })
}
