import type { Env } from '../../configs/env.ts'
import type { Logger } from '../../configs/logger.ts'
import { problems } from '../problems.ts'
import { createCasClient } from './cas/client.ts'
import type { ProviderClient } from './client.ts'
import { createOidcClient, type OidcClient } from './oidc.ts'

/** The other login servers that people may sign in with. */
export type Providers = ReturnType<typeof createProviders>

/** Nothing is asked of a provider here: one that is down or badly configured keeps no server from starting. */
export function createProviders({ PROVIDERS }: Pick<Env, 'PROVIDERS'>, logger: Logger) {
  for (const { fault } of PROVIDERS) if (fault) logger.warn('a sign-in provider cannot be used', { fault })
  const usable = PROVIDERS.filter(({ fault }) => fault === undefined)
  const oidc = new Map(usable.filter(each => each.protocol === 'oidc').map(each => [each.name, createOidcClient(each)]))
  const cas = new Map(usable.filter(each => each.protocol === 'cas').map(each => [each.name, createCasClient(each)]))
  const clients = new Map<string, ProviderClient>([...oidc, ...cas])

  /** @throws 404 for a name that is not configured, 503 for a provider whose configuration is wrong */
  function get(name: string): ProviderClient {
    return clients.get(name) ?? refuse(name)
  }

  /** @throws like `get`, and 404 for CAS */
  function getOidc(name: string): OidcClient {
    return oidc.get(name) ?? refuse(name)
  }

  function refuse(name: string): never {
    const broken = PROVIDERS.find(each => each.name === name && each.fault !== undefined)
    throw broken ? problems.providerUnavailable(broken.label) : problems.notFound('provider', 'GET /auth/providers')
  }

  /** @returns undefined for a provider that is not configured any more, or wrongly */
  function find(name: string): ProviderClient | undefined {
    return clients.get(name)
  }

  return { list: () => PROVIDERS, all: () => [...clients.values()], get, getOidc, find }
}
