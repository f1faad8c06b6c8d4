import {
  browserSupportsWebAuthnAutofill,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
  WebAuthnError,
} from '@simplewebauthn/browser'
import { call } from '../api.ts'
import { Problem } from '../problem.ts'

/** Asks the browser for a passkey by the server's options at `path`. @returns what to send back. @throws Problem `refusal` */
export async function askPasskey(path: string, refusal = 'passkey_refused') {
  const optionsJSON = await call<PublicKeyCredentialRequestOptionsJSON>('POST', path)
  return startAuthentication({ optionsJSON }).catch(() => {
    throw new Problem({ code: refusal })
  })
}

/**
 * Lets the browser offer passkeys in the field of the name, beside saved passwords. It waits until one is chosen, and for good where
 * none is or another way is taken.
 */
export async function offerPasskeys(path: string) {
  if (!(await browserSupportsWebAuthnAutofill())) return undefined
  const optionsJSON = await call<PublicKeyCredentialRequestOptionsJSON>('POST', path)
  return startAuthentication({ optionsJSON, useBrowserAutofill: true })
}

/** Makes a passkey. @returns what to send back */
export async function makePasskey() {
  const optionsJSON = await call<PublicKeyCredentialCreationOptionsJSON>('POST', '/auth/passkeys/options')
  return startRegistration({ optionsJSON }).catch((error: unknown) => {
    const known = error instanceof WebAuthnError && error.code === 'ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED'
    throw new Problem({ code: known ? 'passkey_exists' : 'passkey_not_created' })
  })
}
