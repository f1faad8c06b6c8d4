import type { Endpoint } from '../../src/http/endpoint.ts'
import type { Deps } from '../../src/services.ts'
import { activityEndpoint } from './activity.ts'
import { applicationEndpoints } from './applications.ts'
import { bypassEndpoint } from './bypass.ts'
import { casEndpoint, casLogoutEndpoint } from './cas.ts'
import {
  cancelEmailChangeEndpoint,
  changeEmailEndpoint,
  confirmEmailEndpoint,
  pendingEmailEndpoint,
  undoEmailChangeEndpoint,
} from './change-email.ts'
import { changePasswordEndpoint, setPasswordEndpoint } from './change-password.ts'
import { dashboardEndpoint } from './dashboard.ts'
import { deleteAccountEndpoint } from './delete-account.ts'
import { deviceEndpoints } from './device.ts'
import { forgetDeviceEndpoint, forgetOtherDevicesEndpoint, listDevicesEndpoint } from './devices.ts'
import { exportEndpoint } from './export.ts'
import { factorsEndpoint } from './factors.ts'
import { forgotPasswordEndpoint } from './forgot-password.ts'
import { forwardSignInEndpoint } from './forward/sign-in.ts'
import { forwardEndpoint } from './forward.ts'
import {
  linkIdentityEndpoint,
  listIdentitiesEndpoint,
  proveByProviderEndpoint,
  unlinkIdentityEndpoint,
} from './identities.ts'
import { interactionEndpoints } from './interactions.ts'
import { emailCodeEndpoint, emailLinkEndpoint, emailLoginEndpoint } from './login/email.ts'
import { passkeyLoginEndpoint, passkeyLoginOptionsEndpoint } from './login/passkey.ts'
import { loginEndpoint } from './login.ts'
import { logoutEndpoint } from './logout.ts'
import { notMeEndpoint } from './not-me.ts'
import {
  backChannelLogoutEndpoint,
  providerCallbackEndpoint,
  providerFormEndpoint,
  startProviderEndpoint,
} from './oidc.ts'
import { addPasskeyEndpoint, passkeyOptionsEndpoint, removePasskeyEndpoint, renamePasskeyEndpoint } from './passkeys.ts'
import { passwordStrengthEndpoint } from './password-strength.ts'
import { linkPendingEndpoint, pendingIdentityEndpoint, registerPendingEndpoint } from './pending-identity.ts'
import { showProfile, updateProfile } from './profile.ts'
import { providersEndpoint } from './providers.ts'
import { reauthenticateEndpoint, reauthenticateOptionsEndpoint } from './reauthenticate.ts'
import { confirmRecoveryCodesEndpoint, recoveryCodesEndpoint } from './recovery-codes.ts'
import { registerEndpoint } from './register.ts'
import { resetPasswordEndpoint } from './reset-password.ts'
import { finishReviewEndpoint, showReview } from './review.ts'
import { secondFactorEndpoint, secondFactorOptionsEndpoint } from './second-factor.ts'
import { sessionEndpoint } from './session.ts'
import { endOtherSessions, endSession, listOwnSessions } from './sessions.ts'
import { checkSetupLinkEndpoint, setUpEndpoint } from './setup.ts'
import { issueAccessToken } from './token.ts'
import { createOwnToken, listOwnTokens, reportFoundToken, revokeOneToken } from './tokens.ts'
import { beginTotpEndpoint, confirmTotpEndpoint, removeTotpEndpoint } from './totp.ts'
import { resendVerificationEndpoint, verifyEmailEndpoint } from './verify-email.ts'

/** Everything that the cookie opens, and what leads to one. */
export function authEndpoints(deps: Deps): Endpoint[] {
  return [
    sessionEndpoint(deps),
    showProfile(),
    updateProfile(deps),
    registerEndpoint(deps),
    setUpEndpoint(deps),
    checkSetupLinkEndpoint(deps),
    passwordStrengthEndpoint(deps),
    loginEndpoint(deps),
    passkeyLoginOptionsEndpoint(deps),
    passkeyLoginEndpoint(deps),
    emailLoginEndpoint(deps),
    emailCodeEndpoint(deps),
    emailLinkEndpoint(deps),
    secondFactorOptionsEndpoint(deps),
    secondFactorEndpoint(deps),
    reauthenticateOptionsEndpoint(deps),
    reauthenticateEndpoint(deps),
    logoutEndpoint(deps),
    showReview(),
    finishReviewEndpoint(deps),
    factorsEndpoint(),
    beginTotpEndpoint(deps),
    confirmTotpEndpoint(deps),
    removeTotpEndpoint(deps),
    recoveryCodesEndpoint(deps),
    confirmRecoveryCodesEndpoint(deps),
    passkeyOptionsEndpoint(deps),
    addPasskeyEndpoint(deps),
    renamePasskeyEndpoint(),
    removePasskeyEndpoint(deps),
    providersEndpoint(deps),
    startProviderEndpoint(deps),
    providerCallbackEndpoint(deps),
    providerFormEndpoint(deps),
    backChannelLogoutEndpoint(deps),
    casEndpoint(deps),
    casLogoutEndpoint(deps),
    pendingIdentityEndpoint(deps),
    linkPendingEndpoint(deps),
    registerPendingEndpoint(deps),
    listIdentitiesEndpoint(deps),
    linkIdentityEndpoint(deps),
    unlinkIdentityEndpoint(deps),
    proveByProviderEndpoint(deps),
    listOwnSessions(deps),
    endOtherSessions(deps),
    endSession(deps),
    listDevicesEndpoint(),
    forgetOtherDevicesEndpoint(deps),
    forgetDeviceEndpoint(deps),
    verifyEmailEndpoint(deps),
    resendVerificationEndpoint(deps),
    forgotPasswordEndpoint(deps),
    resetPasswordEndpoint(deps),
    changePasswordEndpoint(deps),
    setPasswordEndpoint(deps),
    pendingEmailEndpoint(),
    changeEmailEndpoint(deps),
    cancelEmailChangeEndpoint(deps),
    confirmEmailEndpoint(deps),
    undoEmailChangeEndpoint(deps),
    notMeEndpoint(deps),
    exportEndpoint(deps),
    deleteAccountEndpoint(deps),
    issueAccessToken(deps),
    listOwnTokens(deps),
    createOwnToken(deps),
    reportFoundToken(deps),
    revokeOneToken(deps),
    activityEndpoint(deps),
    dashboardEndpoint(),
    bypassEndpoint(deps),
    ...forwardEndpoints(deps),
    ...openidEndpoints(deps),
  ]
}

function openidEndpoints(deps: Deps): Endpoint[] {
  const { openidProvider } = deps
  return openidProvider
    ? [
        ...interactionEndpoints(deps, openidProvider),
        ...applicationEndpoints(deps),
        ...deviceEndpoints(deps, openidProvider),
      ]
    : []
}

function forwardEndpoints(deps: Deps): Endpoint[] {
  const { forwardAuth } = deps
  return forwardAuth ? [forwardEndpoint(deps, forwardAuth), forwardSignInEndpoint(deps, forwardAuth)] : []
}
