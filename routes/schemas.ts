import { z } from 'zod'
import { LANGUAGES } from '../src/languages.ts'

/** `User#toPublic`. */
export const UserSchema = z
  .strictObject({
    id: z.uuid(),
    email: z.string().nullable().meta({ description: 'Null if the user has no email address.' }),
    username: z.string().nullable(),
    name: z.string(),
    roles: z.array(z.string()),
    disabled: z.boolean(),
    emailVerified: z.boolean(),
    language: z.enum(LANGUAGES).nullable().meta({ description: 'Of emails and pages; null if it is not known.' }),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Account' })

/** `User#toListed`. */
export const ListedUserSchema = UserSchema.extend({
  lastSignInAt: z.iso.datetime().nullable(),
  secondFactor: z.boolean().meta({ description: 'Whether the user has an authenticator app or a passkey.' }),
}).meta({ id: 'ListedAccount' })

/** `Role#toPublic`. */
export const RoleSchema = z
  .strictObject({
    id: z.uuid(),
    name: z.string(),
    description: z.string(),
    permissions: z.array(z.string()),
    builtIn: z.boolean(),
  })
  .meta({ id: 'Role' })

/** `Client#toPublic`. */
export const ClientSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    applicationType: z.enum(['web', 'native']),
    authMethod: z.enum(['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none']),
    redirectUris: z.array(z.string()),
    postLogoutRedirectUris: z.array(z.string()),
    backchannelLogoutUri: z.string().nullable(),
    launchUrl: z.string().nullable(),
    grantTypes: z.array(z.string()),
    scopes: z.array(z.string()),
    ownScopes: z.array(z.string()),
    roles: z.array(z.string()).nullable(),
    secondFactor: z.boolean(),
    skipConsent: z.boolean(),
    idTokenAlgorithm: z.enum(['RS256', 'ES256', 'EdDSA']),
    jwks: z.looseObject({ keys: z.array(z.looseObject({})) }).nullable(),
    resource: z.string().nullable(),
    resourceScopes: z.array(z.string()),
    disabled: z.boolean(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Client' })

/** `ClientSecret#toPublic`. */
export const ClientSecretSchema = z
  .strictObject({
    id: z.uuid(),
    prefix: z.string().meta({ description: 'Its first characters.' }),
    createdAt: z.iso.datetime(),
    expires: z.iso.datetime().nullable().meta({ description: 'Null if it does not expire.' }),
    lastUsedAt: z.iso.datetime().nullable().meta({ description: 'Exact to the minute.' }),
  })
  .meta({ id: 'ClientSecret' })

/** `ApiToken#toPublic`. */
export const PersonalTokenSchema = z
  .strictObject({
    id: z.string().meta({ description: 'The token begins with `lk_pat_` and this.' }),
    name: z.string(),
    scopes: z.array(z.string()),
    createdAt: z.iso.datetime(),
    expires: z.iso.datetime(),
    lastUsedAt: z.iso.datetime().nullable().meta({ description: 'Exact to the minute.' }),
  })
  .meta({ id: 'Token' })

/** The secret of a link, from the fragment of its URL. */
export const TokenSchema = z.string().min(1).max(200).meta({ description: 'What stands behind the `#` of the link.' })

export const MessageSchema = z.strictObject({ message: z.string() }).meta({ id: 'Message' })

export const EndedSchema = z.strictObject({ message: z.string(), sessionsEnded: z.int() }).meta({ id: 'SessionsEnded' })
