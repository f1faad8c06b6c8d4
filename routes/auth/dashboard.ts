import { z } from 'zod'
import type { Deps } from '../../src/deps.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { requireAuthentication } from '../../src/http/guards.ts'
import { problems } from '../../src/http/responses.ts'
import { signedIn } from './signed-in.ts'

const DashboardSchema = z
  .strictObject({ message: z.string(), userId: z.uuid(), email: z.string() })
  .meta({ id: 'Dashboard' })

export const dashboardEndpoint = ({ store, cookie }: Deps) =>
  endpoint({
    method: 'get',
    path: '/auth/dashboard',
    summary: 'A page for who is signed in',
    tags: ['Account'],
    security: 'cookie',
    responses: { 200: { description: 'Welcome', schema: DashboardSchema }, ...problems(401, 403, 503) },
    guards: [requireAuthentication(store, cookie)],
    handler: ({ req }) => {
      const { id, email } = signedIn(req)
      return { message: 'Welcome to dashboard', userId: id, email }
    },
  })
