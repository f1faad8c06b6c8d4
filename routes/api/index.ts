import { z } from 'zod'
import { type Endpoint, endpoint } from '../../src/http/endpoint.ts'
import { refusals } from '../../src/http/responses.ts'
import { PERMISSIONS } from '../../src/identity/permissions.ts'
import type { Deps } from '../../src/services.ts'
import { v1Endpoints } from './v1/index.ts'

const VersionsSchema = z.array(z.strictObject({ version: z.string(), url: z.string() }))

function versions() {
  return endpoint({
    method: 'get',
    path: '/api',
    summary: 'Versions of the API',
    tags: ['API'],
    access: 'public',
    responses: { 200: { description: 'One entry per version', schema: VersionsSchema }, ...refusals(400, 401, 503) },
    handler: () => [{ version: '1.0', url: '/api/v1/' }],
  })
}

/** What programs call, with bearer tokens; the cookie counts for nothing here. */
export function apiEndpoints(deps: Deps, permissions: readonly string[] = PERMISSIONS): Endpoint[] {
  return [versions(), ...v1Endpoints(deps, permissions)]
}
