import { z } from 'zod'
import { endpoint } from '../../src/http/endpoint.ts'
import { redirect } from '../auth/provider-pages.ts'

const DeviceQuery = z.object({ user_code: z.string().max(100).optional() })

/** In place of the pages of oidc-provider. */
export function devicePageEndpoint() {
  return endpoint({
    method: 'get',
    path: '/oidc/device',
    summary: 'Open the page for the code of a device',
    description: 'The `verification_uri` of the Device Authorization Grant (RFC 8628).',
    tags: ['Applications'],
    access: 'public',
    request: { query: DeviceQuery },
    responses: { 303: { description: 'To the page' } },
    handler: ({ query: { user_code }, res }) =>
      redirect(res, user_code === undefined ? '/device' : `/device?${new URLSearchParams({ user_code })}`),
  })
}
