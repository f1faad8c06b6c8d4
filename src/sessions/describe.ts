import { z } from 'zod'
import type { Principal } from '../accounts/principal.ts'
import { deviceOf } from './device.ts'
import type { LiveSession } from './row.ts'
import type { AuthenticationFacts } from './start-session.ts'
import type { ListedSession } from './table.ts'

export const PrincipalSchema = z
  .strictObject({
    id: z.uuid(),
    email: z.string(),
    emailVerified: z.boolean().meta({ description: 'Whether mail to the address is known to reach its owner.' }),
    username: z.string().nullable(),
    name: z.string(),
    roles: z.array(z.string()),
  })
  .meta({ id: 'User' })

/** The form in which the signed-in user is told about itself. */
export const describePrincipal = ({
  id,
  email,
  emailVerified,
  username,
  name,
  roles,
}: Principal): z.infer<typeof PrincipalSchema> => ({ id, email, emailVerified, username, name, roles: [...roles] })

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
      .meta({ description: 'The session opens nothing but /auth/review: the account was recovered.' }),
  })
  .meta({ id: 'WhoAmI' })

export const ListedSessionSchema = z
  .strictObject({
    id: z.uuid(),
    current: z.boolean(),
    device: z.string().meta({ example: 'Firefox on Linux' }),
    address: z.string().nullable(),
    createdAt: z.iso.datetime(),
    lastSeenAt: z.iso
      .datetime()
      .meta({ description: 'Exact to the step in which touches are written (SESSION_TOUCH_SHARE).' }),
    expires: z.iso.datetime(),
    factors: z.array(z.string()),
  })
  .meta({ id: 'ListedSession' })

/** @param currentSid the session that asks */
export const describeListed = (listed: ListedSession, currentSid: string): z.infer<typeof ListedSessionSchema> => {
  const auth = listed.content.auth as AuthenticationFacts | undefined
  return {
    id: listed.publicId,
    current: listed.sid === currentSid,
    device: deviceOf(listed.userAgent),
    address: listed.ip,
    createdAt: listed.createdAt.toISOString(),
    lastSeenAt: listed.lastSeenAt.toISOString(),
    expires: listed.expires.toISOString(),
    factors: auth?.factors ?? [],
  }
}

/** The answer of `GET /auth/session`. */
export const describeSession = (live: LiveSession, principal: Principal): z.infer<typeof WhoAmISchema> => {
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
