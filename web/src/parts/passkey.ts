import {
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
  WebAuthnError,
} from '@simplewebauthn/browser'
import { call } from '../api.ts'
import { Problem } from '../problem.ts'
import { t } from '../text/text.ts'

/** Asks the browser for a passkey by the server's options at `path`. @returns what to send back */
export const askPasskey = async (path: string) => {
  const optionsJSON = await call<PublicKeyCredentialRequestOptionsJSON>('POST', path)
  return startAuthentication({ optionsJSON }).catch(() => {
    throw new Problem({ code: 'passkey_refused', detail: t.signIn.passkeyRefused })
  })
}

/** Makes a passkey. @returns what to send back */
export const makePasskey = async () => {
  const optionsJSON = await call<PublicKeyCredentialCreationOptionsJSON>('POST', '/auth/passkeys/options')
  return startRegistration({ optionsJSON }).catch((error: unknown) => {
    const known = error instanceof WebAuthnError && error.code === 'ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED'
    throw new Problem({
      code: 'passkey_refused',
      detail: known ? t.account.passkeyExists : t.account.passkeyRefused,
    })
  })
}
