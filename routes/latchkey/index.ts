import type { Endpoint } from '../../src/http/endpoint.ts'
import type { Deps } from '../../src/services.ts'
import { callbackEndpoint } from './callback.ts'
import { signOutEndpoint, signOutPageEndpoint } from './sign-out.ts'
import { startEndpoint } from './start.ts'

/** `/.latchkey/…` on the hosts of applications, which their proxy passes on to this server. */
export function applicationEndpoints(deps: Deps): Endpoint[] {
  const { forwardAuth } = deps
  if (!forwardAuth) return []
  return [
    startEndpoint(deps, forwardAuth),
    callbackEndpoint(deps, forwardAuth),
    signOutPageEndpoint(forwardAuth),
    signOutEndpoint(deps, forwardAuth),
  ]
}
