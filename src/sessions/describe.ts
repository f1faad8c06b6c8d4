import { z } from 'zod'
import { END_REASONS } from '../../models/session.ts'
import type { Principal } from '../accounts/principal.ts'
import type { LiveSession } from './live-session.ts'
import type { AuthenticationFacts } from './start-session.ts'

export const PrincipalSchema = z
  .strictObject({
    id: z.uuid(),
    email: z.string(),
    username: z.string().nullable(),
    name: z.string(),
    roles: z.array(z.string()),
  })
  .meta({ id: 'User' })

/** The form in which the signed-in user is told about itself. */
export const describePrincipal = ({
  id,
  email,
  username,
  name,
  roles,
}: Principal): z.infer<typeof PrincipalSchema> => ({ id, email, username, name, roles })

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
  })
  .meta({ id: 'WhoAmI' })

export const EndReasonSchema = z.enum(END_REASONS)

/** The answer of `GET /auth/session`. */
export const describeSession = (live: LiveSession, principal: Principal): z.infer<typeof WhoAmISchema> => {
  const auth: AuthenticationFacts | undefined = JSON.parse(live.data).auth
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
  }
}
