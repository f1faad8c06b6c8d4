import { z } from 'zod'
import type { Principal } from '../identity/principal.ts'
import { LANGUAGES } from '../languages.ts'
import type { AuthenticationFacts } from './facts.ts'
import type { LiveSession } from './row.ts'

export const PrincipalSchema = z
  .strictObject({
    id: z.uuid(),
    email: z.string().nullable().meta({ description: 'Null if the user has no email address.' }),
    emailVerified: z.boolean().meta({ description: 'Whether mail to the address is known to reach its owner.' }),
    username: z.string().nullable(),
    name: z.string(),
    language: z.enum(LANGUAGES).nullable().meta({ description: 'Of emails and pages; null if it is not known.' }),
    roles: z.array(z.string()),
  })
  .meta({ id: 'User' })

export function describePrincipal({ id, email, emailVerified, username, name, language, roles }: Principal): User {
  return { id, email, emailVerified, username, name, language, roles: [...roles] }
}

type User = z.infer<typeof PrincipalSchema>

export const WhoAmISchema = z
  .strictObject({
    user: PrincipalSchema,
    session: z.strictObject({
      id: z.uuid().meta({ description: 'Public id of the session; never the id in the cookie.' }),
      createdAt: z.iso.datetime(),
      expires: z.iso
        .datetime()
        .meta({ description: 'When it ends unless it is used before: the nearer of the idle and the absolute limit.' }),
      absoluteExpires: z.iso.datetime(),
      remembered: z.boolean(),
    }),
    factors: z.array(z.string()),
    authenticatedAt: z.iso.datetime().nullable(),
    reviewRequired: z
      .literal(true)
      .optional()
      .meta({ description: 'The session gives access only to /auth/review, because the account was recovered.' }),
  })
  .meta({ id: 'WhoAmI' })

/** Response of `GET /auth/session`. */
export function describeSession(live: LiveSession, principal: Principal): z.infer<typeof WhoAmISchema> {
  const { auth, review }: { auth?: AuthenticationFacts; review?: true } = JSON.parse(live.data)
  return {
    user: describePrincipal(principal),
    session: {
      id: live.publicId,
      createdAt: new Date(live.createdAt).toISOString(),
      expires: new Date(live.expires).toISOString(),
      absoluteExpires: new Date(live.absoluteExpires).toISOString(),
      remembered: live.remember,
    },
    factors: auth?.factors ?? [],
    authenticatedAt: auth ? new Date(auth.at).toISOString() : null,
    ...(review && { reviewRequired: true }),
  }
}
