import { importPKCS8, SignJWT } from 'jose'
import type { OidcSettings } from '../../configs/env/providers.ts'

/** Apple's client secret: a JWT signed with the key from its developer portal, made for one use. */
export async function appleSecret({ clientId, issuer, signing }: OidcSettings): Promise<string> {
  if (!signing) throw new Error('Apple needs a private key')
  return new SignJWT()
    .setProtectedHeader({ alg: 'ES256', kid: signing.keyId })
    .setIssuer(signing.teamId)
    .setSubject(clientId)
    .setAudience(issuer)
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(await importPKCS8(signing.privateKey, 'ES256'))
}
