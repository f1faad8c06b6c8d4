import * as client from 'openid-client'
import { z } from 'zod'
import type { OidcSettings } from '../../configs/env/providers.ts'
import type { Claims } from './profile.ts'

/** GitHub speaks OAuth 2 without discovery and without ID tokens. */
export function githubServer({ issuer }: OidcSettings): client.ServerMetadata {
  return {
    issuer,
    authorization_endpoint: `${issuer}/login/oauth/authorize`,
    token_endpoint: `${issuer}/login/oauth/access_token`,
  }
}

const UserSchema = z.object({ id: z.int().positive(), login: z.unknown(), name: z.unknown() })
const EmailsSchema = z.array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }))

/**
 * Who the access token stands for. Only an address that GitHub verified is taken, the primary one first.
 * @returns claims as OpenID Connect names them
 */
export async function githubClaims(
  config: client.Configuration,
  { issuer }: OidcSettings,
  accessToken: string,
): Promise<Claims & { sub: string }> {
  const api = issuer === 'https://github.com' ? 'https://api.github.com' : `${issuer}/api/v3`
  async function ask(path: string): Promise<unknown> {
    const headers = new Headers({ Accept: 'application/vnd.github+json', 'User-Agent': 'latchkey' })
    const answer = await client.fetchProtectedResource(config, accessToken, new URL(api + path), 'GET', null, headers)
    if (!answer.ok) throw new client.ClientError(`GitHub answers ${answer.status} at ${path}`)
    return answer.json().catch(() => undefined)
  }
  const { data: user } = UserSchema.safeParse(await ask('/user'))
  if (!user) throw new client.ClientError('GitHub names no user')
  const { data: emails } = EmailsSchema.safeParse(await ask('/user/emails'))
  if (!emails) throw new client.ClientError('GitHub lists no addresses')
  const verified = emails.filter(each => each.verified)
  const email = (verified.find(each => each.primary) ?? verified[0])?.email
  return {
    sub: String(user.id),
    name: user.name,
    preferred_username: user.login,
    ...(email !== undefined && { email, email_verified: true }),
  }
}
