import type { Env } from '../../configs/env.ts'
import { Role } from '../../models/role.ts'
import type { FieldError } from '../problem.ts'
import { problems } from '../problems.ts'
import { type ClientContent, DEVICE_GRANT } from './client-schema.ts'
import { isLoopback, isPrivateUse } from './client-uris.ts'

export type RuleEnv = Pick<Env, 'BASE_URL' | 'TOKEN_AUDIENCE'>

/** @throws 422 */
export async function demandConsistent(env: RuleEnv, content: ClientContent): Promise<void> {
  const errors = [...faultsOf(env, content), ...(await roleFaults(content))]
  if (errors.length > 0) throw problems.invalid(errors)
}

/** What the schema cannot say of one field alone. */
export function faultsOf(env: RuleEnv, content: ClientContent): FieldError[] {
  return [...grantFaults(content), ...keyFaults(content), ...uriFaults(content), ...resourceFaults(env, content)]
}

function grantFaults({ grantTypes, redirectUris, authMethod }: ClientContent): FieldError[] {
  const errors: FieldError[] = []
  if (grantTypes.includes('authorization_code') && redirectUris.length === 0)
    errors.push(fault('redirectUris', 'Add at least one redirect URI for the grant authorization_code.', 'missing'))
  if (
    grantTypes.includes('refresh_token') &&
    !grantTypes.includes('authorization_code') &&
    !grantTypes.includes(DEVICE_GRANT)
  )
    errors.push(fault('grantTypes', 'Add authorization_code or the device grant to refresh_token.', 'grant_needed'))
  if (grantTypes.includes('client_credentials') && authMethod === 'none')
    errors.push(fault('grantTypes', 'A client without authentication cannot use client_credentials.', 'public_client'))
  return errors
}

function keyFaults({ authMethod, jwks }: ClientContent): FieldError[] {
  if (authMethod === 'private_key_jwt' && !jwks)
    return [fault('jwks', 'Add the public keys for private_key_jwt.', 'missing')]
  if (authMethod !== 'private_key_jwt' && jwks)
    return [fault('jwks', `Remove the keys: ${authMethod} uses none.`, 'unused')]
  return []
}

/** What oidc-provider accepts for each application type (OpenID Connect Registration 1.0, section 2; RFC 8252). */
function uriFaults({ applicationType, ...content }: ClientContent): FieldError[] {
  return (['redirectUris', 'postLogoutRedirectUris'] as const).flatMap(field =>
    content[field].flatMap((uri, at) => {
      const detail = applicationType === 'native' ? nativeFault(uri) : webFault(uri)
      return detail ? [fault(`${field}/${at}`, detail, 'application_type')] : []
    }),
  )
}

function webFault(uri: string) {
  return isPrivateUse(uri) ? 'Only native applications have a scheme of their own.' : undefined
}

function nativeFault(uri: string) {
  if (isPrivateUse(uri) || uri.startsWith('https:') !== isLoopback(uri)) return undefined
  return 'A native application uses http for localhost, 127.0.0.1 or [::1], and https for every other host.'
}

/** An access token for this server must come from this server's own API (docs/api-access.md). */
function resourceFaults({ BASE_URL, TOKEN_AUDIENCE }: RuleEnv, { resource, resourceScopes }: ClientContent) {
  if (resource === null)
    return resourceScopes.length > 0
      ? [fault('resource', 'Name the resource that the scopes belong to.', 'missing')]
      : []
  if (resource !== TOKEN_AUDIENCE && !isBelow(BASE_URL, resource)) return []
  return [fault('resource', 'This address belongs to Latchkey itself.', 'reserved')]
}

function isBelow(baseUrl: string, uri: string) {
  const { origin } = new URL(uri)
  return origin !== 'null' && origin === new URL(baseUrl).origin
}

async function roleFaults({ roles }: ClientContent): Promise<FieldError[]> {
  if (roles === null) return []
  const rows = await Role.findAll({ attributes: ['name'], where: { name: roles } })
  return roles.flatMap((role, at) =>
    rows.some(({ name }) => name === role) ? [] : [fault(`roles/${at}`, `There is no role ${role}.`, 'unknown_role')],
  )
}

function fault(path: string, detail: string, code: string): FieldError {
  return { pointer: `#/${path}`, detail, code }
}
