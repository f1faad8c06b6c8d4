import { z } from 'zod'
import { endpoint } from '../../../src/http/endpoint.ts'
import { keptAnswer, sendTagged } from '../../../src/http/etag.ts'
import { describePrincipal, PrincipalSchema } from '../../../src/sessions/describe.ts'
import type { Bearer } from '../../../src/tokens/bearer.ts'

const MeSchema = z
  .strictObject({
    user: PrincipalSchema,
    permissions: z
      .array(z.string())
      .meta({ description: 'What this token may do now: those of its scopes that the user still holds.' }),
    token: z.strictObject({
      kind: z.enum(['personal', 'access']),
      id: z
        .string()
        .meta({ description: 'The ID of a personal token, or the public ID of the session of an access token.' }),
      expires: z.iso.datetime(),
    }),
  })
  .meta({ id: 'Me' })

export function showMe() {
  return endpoint({
    method: 'get',
    path: '/api/v1/me',
    summary: 'Show the owner and the permissions of the token',
    description: 'Unchanged answers keep their ETag. This request does not prolong the session behind an access token.',
    tags: ['API'],
    access: 'bearer',
    responses: {
      200: { description: 'The owner and the token', schema: MeSchema },
      304: { description: 'Unchanged' },
    },
    handler: ({ req: { bearer }, res }) => {
      if (!bearer) return
      sendTagged(
        res,
        keptAnswer(bearer, () => describe(bearer)),
      )
    },
  })
}

function describe(bearer: Bearer): z.infer<typeof MeSchema> {
  return {
    user: describePrincipal(bearer),
    permissions: [...bearer.permissions].sort(),
    token: { kind: bearer.token.kind, id: bearer.token.id, expires: new Date(bearer.token.expires).toISOString() },
  }
}
