import type { IncomingMessage, ServerResponse } from 'node:http'
import type Provider from 'oidc-provider'
import type { Logger } from '../../configs/logger.ts'
import type { SessionStore } from '../sessions/store.ts'
import type { KeyRing } from '../tokens/key-ring.ts'
import { cookieNames } from './cookies.ts'
import { signingKeysOf } from './keys.ts'
import { createProvider, type ProviderEnv } from './provider.ts'

type Handler = (req: IncomingMessage, res: ServerResponse) => Promise<void>
type Current = { provider: Provider; handler: Handler }

type Options = {
  env: ProviderEnv
  store: SessionStore
  logger: Logger
  keyRing: KeyRing
  permissions: readonly string[]
}

export type OpenidProvider = ReturnType<typeof openProvider>

/** oidc-provider takes its keys when it is created, so each change of the ring creates another; all state is in the database. */
export function openProvider({ keyRing, ...options }: Options) {
  let current: Promise<Current> | undefined
  let currentIds = ''

  async function upToDate(): Promise<Current> {
    const keys = await keyRing.keys('RS256', 'ES256', 'EdDSA')
    const keyIds = keys.map(({ kid }) => kid).join()
    if (current && keyIds === currentIds) return current
    currentIds = keyIds
    current = signingKeysOf(keyRing, keys).then(signing => started(createProvider(options, signing)))
    current.catch(() => {
      current = undefined
    })
    return current
  }

  function started(provider: Provider): Current {
    const { session, interaction } = cookieNames(options.env)
    provider.use(async (ctx, next) => {
      await next()
      const cookies = [ctx.res.getHeader('set-cookie') ?? []].flat().map(String)
      const kept = cookies.filter(line => !line.startsWith(`${session}=`) && !line.startsWith(`${interaction}=`))
      if (kept.length < cookies.length) ctx.set('set-cookie', kept)
    })
    return { provider, handler: provider.callback() }
  }

  return {
    /** Scopes at our own API. */
    permissions: options.permissions,
    provider: async (): Promise<Provider> => (await upToDate()).provider,
    handler: async (): Promise<Handler> => (await upToDate()).handler,
  }
}
