import { ProblemSchema } from '../problem.ts'

const DESCRIPTIONS: Record<number, string> = {
  400: 'The request cannot be parsed',
  401: 'Not signed in; `reason` says why the session ended',
  403: 'Not allowed',
  404: 'Not found, or it belongs to someone else',
  409: 'Conflict with the current state; `code` says which',
  412: 'Changed since it was read',
  413: 'Body too large',
  415: 'Body is not JSON',
  422: 'Invalid fields; `errors` lists them',
  428: 'If-Match is missing',
  429: 'Too many attempts; see Retry-After',
  503: 'Overloaded, or the database is not responding; see Retry-After',
}

export function refusals(...statuses: number[]) {
  return Object.fromEntries(
    statuses.map(status => [status, { description: DESCRIPTIONS[status] ?? 'Refused', schema: ProblemSchema }]),
  )
}
