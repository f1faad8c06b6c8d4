import { User } from '../../models/user.ts'
import { usePasskey } from '../factors/passkeys.ts'
import type { Assertion } from '../factors/webauthn.ts'
import { withRoles } from '../identity/load-roles.ts'
import { type Verified, verifiedOf } from '../identity/principal.ts'
import { problems } from '../problems.ts'
import type { SignInDeps } from './sign-in.ts'
import { throttleClient } from './throttle.ts'

/** Refused during a review (docs/decisions/0020). @throws 401 `invalid_credentials`, 429 */
export async function verifiedByPasskey(
  deps: SignInDeps,
  address: string,
  assertion: Assertion,
  boundTo: string,
): Promise<Verified> {
  const succeeded = await throttleClient(deps.limiters, address)
  const passkey = await usePasskey(deps, assertion, { purpose: 'sign-in', boundTo })
  const user =
    passkey &&
    (await withRoles(await User.findOne({ where: { id: passkey.userId, disabledAt: null, reviewSince: null } })))
  if (!user) {
    await deps.audit.record('authn_login_fail', { userId: passkey?.userId ?? null, details: { factor: 'passkey' } })
    throw problems.invalidCredentials()
  }
  await succeeded()
  return verifiedOf(user)
}
