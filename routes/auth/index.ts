import type { Deps } from '../../src/deps.ts'
import type { Endpoint } from '../../src/http/endpoint.ts'
import { bypassEndpoint } from './bypass.ts'
import { dashboardEndpoint } from './dashboard.ts'
import { factorsEndpoint } from './factors.ts'
import { passkeyLoginEndpoint, passkeyLoginOptionsEndpoint } from './login/passkey.ts'
import { loginEndpoint } from './login.ts'
import { logoutEndpoint } from './logout.ts'
import { addPasskeyEndpoint, passkeyOptionsEndpoint, removePasskeyEndpoint, renamePasskeyEndpoint } from './passkeys.ts'
import { showProfile, updateProfile } from './profile.ts'
import { reauthenticateEndpoint, reauthenticateOptionsEndpoint } from './reauthenticate.ts'
import { recoveryCodesEndpoint } from './recovery-codes.ts'
import { registerEndpoint } from './register.ts'
import { secondFactorEndpoint, secondFactorOptionsEndpoint } from './second-factor.ts'
import { sessionEndpoint } from './session.ts'
import { endOtherSessions, endSession, listSessions } from './sessions.ts'
import { setUpEndpoint } from './setup.ts'
import { beginTotpEndpoint, confirmTotpEndpoint, removeTotpEndpoint } from './totp.ts'

/** Everything that the cookie opens, and what leads to one. */
export const authEndpoints = (deps: Deps): Endpoint[] => [
  sessionEndpoint(deps),
  registerEndpoint(deps),
  setUpEndpoint(deps),
  loginEndpoint(deps),
  passkeyLoginOptionsEndpoint(deps),
  passkeyLoginEndpoint(deps),
  secondFactorOptionsEndpoint(deps),
  secondFactorEndpoint(deps),
  reauthenticateOptionsEndpoint(deps),
  reauthenticateEndpoint(deps),
  logoutEndpoint(deps),
  factorsEndpoint(deps),
  beginTotpEndpoint(deps),
  confirmTotpEndpoint(deps),
  removeTotpEndpoint(deps),
  recoveryCodesEndpoint(deps),
  passkeyOptionsEndpoint(deps),
  addPasskeyEndpoint(deps),
  renamePasskeyEndpoint(deps),
  removePasskeyEndpoint(deps),
  listSessions(deps),
  endOtherSessions(deps),
  endSession(deps),
  showProfile(deps),
  updateProfile(deps),
  dashboardEndpoint(deps),
  bypassEndpoint(deps),
]
