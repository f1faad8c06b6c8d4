import type { Env } from '../../configs/env.ts'
import type { Logger } from '../../configs/logger.ts'
import { Client } from '../../models/client.ts'
import { Role } from '../../models/role.ts'
import type { FileClient } from '../provider/client-file.ts'
import type { ForwardAuth } from './forward-auth.ts'
import { rolesIn } from './rules.ts'

type Reported = {
  env: Pick<Env, 'OPENID_PROVIDER' | 'BASE_URL'>
  logger: Logger
  forwardAuth: ForwardAuth | undefined
}

/** At the start: whom this server signs users in for, and what CLIENTS_FILE names that does not exist. */
export async function reportApplications({ env, logger, forwardAuth }: Reported, fileClients: FileClient[]) {
  if (env.OPENID_PROVIDER) logger.info(`OpenID issuer: ${env.BASE_URL}/oidc (clients: ${await Client.count()})`)
  if (forwardAuth) logger.info(`Forward auth is on (hosts: ${forwardAuth.applications.size})`)
  const hostRoles = forwardAuth ? rolesIn(forwardAuth.applications) : []
  const missing = await missingRoles([...hostRoles, ...fileClients.flatMap(({ roles }) => roles ?? [])])
  if (missing.length > 0)
    logger.warn('CLIENTS_FILE names roles that do not exist, which let nobody in', { roles: missing.join(', ') })
}

async function missingRoles(names: string[]): Promise<string[]> {
  if (names.length === 0) return []
  const rows = await Role.findAll({ attributes: ['name'], where: { name: names } })
  const existing = new Set(rows.map(({ name }) => name))
  return [...new Set(names)].filter(name => !existing.has(name)).sort()
}
