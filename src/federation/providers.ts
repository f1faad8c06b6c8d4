import type { ProviderSettings } from '../../configs/env/providers.ts'
import type { Env } from '../../configs/env.ts'
import type { Logger } from '../../configs/logger.ts'
import { problems } from '../problems.ts'
import { createOidcClient, type OidcClient } from './oidc.ts'

/** The other login servers that people may sign in with. */
export type Providers = ReturnType<typeof createProviders>

/** Nothing is asked of a provider here: one that is down or badly configured keeps no server from starting. */
export function createProviders({ PROVIDERS }: Pick<Env, 'PROVIDERS'>, logger: Logger) {
  for (const { fault } of PROVIDERS) if (fault) logger.warn('a sign-in provider cannot be used', { fault })
  const clients = new Map(PROVIDERS.filter(usable).map(each => [each.name, createOidcClient(each)]))

  /** @throws 404 for a name that is not configured, 503 for a provider whose configuration is wrong */
  function get(name: string): OidcClient {
    const client = clients.get(name)
    if (client) return client
    const broken = PROVIDERS.find(each => each.name === name)
    throw broken ? problems.providerUnavailable(broken.label) : problems.notFound('provider', 'GET /auth/providers')
  }

  /** @returns undefined for a provider that is not configured any more */
  function settingsOf(name: string): ProviderSettings | undefined {
    return PROVIDERS.find(each => each.name === name)
  }

  return { list: () => PROVIDERS, names: () => [...clients.keys()], get, settingsOf }
}

function usable({ fault }: ProviderSettings): boolean {
  return fault === undefined
}
