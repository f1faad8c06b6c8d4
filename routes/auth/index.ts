import type { Deps } from '../../src/deps.ts'
import type { Endpoint } from '../../src/http/endpoint.ts'
import { bypassEndpoint } from './bypass.ts'
import { dashboardEndpoint } from './dashboard.ts'
import { forgetDeviceEndpoint, forgetOtherDevicesEndpoint, listDevicesEndpoint } from './devices.ts'
import { loginEndpoint } from './login.ts'
import { logoutEndpoint } from './logout.ts'
import { passwordStrengthEndpoint } from './password-strength.ts'
import { showProfile, updateProfile } from './profile.ts'
import { registerEndpoint } from './register.ts'
import { sessionEndpoint } from './session.ts'
import { endOtherSessions, endSession, listSessions } from './sessions.ts'
import { setUpEndpoint } from './setup.ts'

/** Everything that the cookie opens, and what leads to one. */
export const authEndpoints = (deps: Deps): Endpoint[] => [
  sessionEndpoint(deps),
  registerEndpoint(deps),
  setUpEndpoint(deps),
  passwordStrengthEndpoint(deps),
  loginEndpoint(deps),
  logoutEndpoint(deps),
  listSessions(deps),
  endOtherSessions(deps),
  endSession(deps),
  listDevicesEndpoint(deps),
  forgetOtherDevicesEndpoint(deps),
  forgetDeviceEndpoint(deps),
  showProfile(deps),
  updateProfile(deps),
  dashboardEndpoint(deps),
  bypassEndpoint(deps),
]
