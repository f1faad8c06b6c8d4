import { ProblemSchema } from '../problem.ts'

const DESCRIPTIONS: Record<number, string> = {
  400: 'The request cannot be read',
  401: 'Not signed in; `reason` says why the session that the cookie names is over',
  403: 'Not allowed',
  404: 'Not found, or not yours',
  409: 'Already taken',
  412: 'Changed meanwhile',
  413: 'Body too large',
  415: 'Body is not JSON',
  422: 'Fields are refused; `errors` names each',
  428: 'If-Match is missing',
  429: 'Too many attempts; see Retry-After',
  503: 'Busy, or the database does not answer; see Retry-After',
}

/** Declared refusals of an endpoint, all problem details. */
export function refusals(...statuses: number[]) {
  return Object.fromEntries(
    statuses.map(status => [status, { description: DESCRIPTIONS[status] ?? 'Refused', schema: ProblemSchema }]),
  )
}
