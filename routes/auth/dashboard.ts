import { z } from 'zod'

import { endpoint } from '../../src/http/endpoint.ts'
import { signedIn } from './signed-in.ts'

const DashboardSchema = z
  .strictObject({ message: z.string(), userId: z.uuid(), email: z.string().nullable() })
  .meta({ id: 'Dashboard' })

export function dashboardEndpoint() {
  return endpoint({
    method: 'get',
    path: '/auth/dashboard',
    summary: 'Show a page to signed-in users',
    tags: ['Account'],
    access: 'session',
    responses: { 200: { description: 'Welcome', schema: DashboardSchema } },
    handler: ({ req }) => {
      const { id, email } = signedIn(req)
      return { message: 'Welcome to dashboard', userId: id, email }
    },
  })
}
