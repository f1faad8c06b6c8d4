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
      .meta({ description: 'What this token may now: its scopes that the user still has.' }),
    token: z.strictObject({
      kind: z.enum(['personal', 'access']),
      id: z
        .string()
        .meta({ description: 'Of a personal token its id, of an access token the public id of its session.' }),
      expires: z.iso.datetime(),
    }),
  })
  .meta({ id: 'Me' })

export function showMe() {
  return endpoint({
    method: 'get',
    path: '/api/v1/me',
    summary: 'Whose token this is, and what it may',
    description: 'Unchanged answers keep their ETag. Asking does not prolong the session behind an access token.',
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
