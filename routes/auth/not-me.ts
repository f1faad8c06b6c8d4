import { reportMisuse } from '../../src/accounts/report-misuse.ts'
import type { Deps } from '../../src/services.ts'
import { byLink } from './by-link.ts'

export function notMeEndpoint(deps: Deps) {
  return byLink(deps, {
    path: '/auth/not-me',
    summary: 'Report that it was not me',
    description:
      'With the secret of the link in a notice. Ends all sessions and tokens, removes the password and sends a link to set a new one.',
    message: 'All sessions ended. An email with a link to set a new password is on its way.',
    act: token => reportMisuse(deps, token),
  })
}
