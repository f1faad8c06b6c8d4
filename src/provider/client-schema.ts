import { z } from 'zod'
import { lineSchema, RoleNameSchema } from '../identity/identifiers.ts'
import { JwksSchema } from './client-keys.ts'
import { BackchannelUriSchema, RedirectUriSchema, ResourceUriSchema, WebUriSchema } from './client-uris.ts'

export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'
const GRANT_TYPES = ['authorization_code', 'refresh_token', DEVICE_GRANT, 'client_credentials'] as const
const USER_SCOPES = ['openid', 'profile', 'email', 'groups', 'offline_access'] as const
/** These too would look like a user's. */
const RESERVED_SCOPES: readonly string[] = [...USER_SCOPES, 'address', 'phone']
const MOST_URIS = 20
const MOST_SCOPES = 50

export const ClientIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9._~-]{1,100}$/, 'Use 1 to 100 letters, digits, dots, underscores, tildes or hyphens.')
  // A browser would take them for steps in a path.
  .refine(id => id !== '.' && id !== '..', 'Use more than dots.')
  .meta({ description: 'The `client_id`.', example: 'wiki' })

/** RFC 6749, 3.3. */
const ScopeSchema = z
  .string()
  .max(100)
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'Use visible ASCII characters except quotes and backslashes.')
  .refine(scope => !RESERVED_SCOPES.includes(scope), 'OpenID Connect defines this scope. Use another name.')

const FIELDS = {
  name: lineSchema(1, 100).meta({ description: 'Shown to users.', example: 'Wiki' }),
  applicationType: z.enum(['web', 'native']),
  authMethod: z
    .enum(['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'])
    .meta({ description: '`none` for an application that cannot keep a secret.' }),
  redirectUris: listOf(RedirectUriSchema, MOST_URIS),
  postLogoutRedirectUris: listOf(RedirectUriSchema, MOST_URIS),
  backchannelLogoutUri: BackchannelUriSchema.nullable(),
  launchUrl: WebUriSchema.nullable(),
  grantTypes: listOf(z.enum(GRANT_TYPES), GRANT_TYPES.length).pipe(
    z.array(z.enum(GRANT_TYPES)).min(1, 'Choose at least one.'),
  ),
  scopes: listOf(z.enum(USER_SCOPES), USER_SCOPES.length),
  ownScopes: listOf(ScopeSchema, MOST_SCOPES).meta({ description: 'For `client_credentials`.' }),
  roles: listOf(RoleNameSchema, 100)
    .pipe(z.array(z.string()).min(1, 'Name a role, or send null for every user.'))
    .nullable()
    .meta({ description: 'Only users with one of these roles may use it; null for every user.' }),
  secondFactor: z.boolean().meta({ description: 'Demands a second factor at each sign-in to it.' }),
  skipConsent: z.boolean().meta({ description: 'For applications of your own.' }),
  idTokenAlgorithm: z.enum(['RS256', 'ES256', 'EdDSA']),
  jwks: JwksSchema.nullable(),
  resource: ResourceUriSchema.nullable().meta({
    description: 'Its identifier as an API for which other clients get access tokens (RFC 8707).',
  }),
  resourceScopes: listOf(ScopeSchema, MOST_SCOPES),
  disabled: z.boolean(),
}

/** All but the ID, for every way in which a client is written. */
const ContentSchema = z.strictObject(FIELDS)

export const NewClientSchema = z.strictObject({
  id: ClientIdSchema.optional().meta({ description: 'A random one unless given.' }),
  name: FIELDS.name,
  applicationType: FIELDS.applicationType.default('web'),
  authMethod: FIELDS.authMethod.default('client_secret_basic'),
  redirectUris: FIELDS.redirectUris.default([]),
  postLogoutRedirectUris: FIELDS.postLogoutRedirectUris.default([]),
  backchannelLogoutUri: FIELDS.backchannelLogoutUri.default(null),
  launchUrl: FIELDS.launchUrl.default(null),
  grantTypes: FIELDS.grantTypes.default(['authorization_code']),
  scopes: FIELDS.scopes.default(['openid', 'profile', 'email']),
  ownScopes: FIELDS.ownScopes.default([]),
  roles: FIELDS.roles.default(null),
  secondFactor: FIELDS.secondFactor.default(false),
  skipConsent: FIELDS.skipConsent.default(false),
  idTokenAlgorithm: FIELDS.idTokenAlgorithm.default('RS256'),
  jwks: FIELDS.jwks.default(null),
  resource: FIELDS.resource.default(null),
  resourceScopes: FIELDS.resourceScopes.default([]),
  disabled: FIELDS.disabled.default(false),
})

export const ClientChangeSchema = ContentSchema.partial().refine(
  change => Object.keys(change).length > 0,
  'Send at least one field.',
)

export type ClientContent = z.output<typeof ContentSchema>
export type NewClient = z.output<typeof NewClientSchema>
export type ClientChange = z.output<typeof ClientChangeSchema>

/** Without repetitions. */
function listOf<Item extends z.ZodType>(item: Item, most: number) {
  return z
    .array(item)
    .max(most, `Use at most ${most}.`)
    .transform(items => [...new Set(items)])
}
