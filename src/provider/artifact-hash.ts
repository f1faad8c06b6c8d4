import { hashOfSecret } from '../encryption/one-way.ts'

/** What a user types, beside the device code. */
export const USER_CODE = 'user code'

/** Under which a code or token of oidc-provider is stored. */
export function hashOf(kind: string, id: string): string {
  return hashOfSecret(`${kind}\n${id}`)
}
