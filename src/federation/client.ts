import type { ProviderSettings } from '../../configs/env/providers.ts'
import type { Profile } from './profile.ts'

/** What an answer must match. CAS uses `maxAge` alone; 0 asks for a new proof. */
export type Expected = { state: string; nonce: string; codeVerifier: string; maxAge?: number }

/** What a person takes along to the provider. */
export type Leaving = Expected & {
  redirectUri: string
  prompt?: 'login' | 'select_account'
  /** CAS: come back at once, signed in there or not. */
  gateway?: boolean
}

/** One provider, whatever protocol it speaks. */
export type ProviderClient = {
  settings: ProviderSettings
  authorizationUrl(leaving: Leaving): Promise<string>
  /**
   * Asks the provider who signed in.
   * @param answer the address that the browser came back to, with its parameters
   * @throws what `refusalOf` understands
   */
  profileFrom(answer: URL, expected: Expected): Promise<Profile>
  /** Where the person can sign out of the provider too. @returns undefined where it offers no such address */
  signOutUrl(returnTo: string): Promise<string | undefined>
}
