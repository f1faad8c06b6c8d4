import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import type { Configuration } from 'oidc-provider'
import type { z } from 'zod'
import type { EnvSource } from '../../configs/env.ts'
import type { WhoAmISchema } from '../../src/sessions/describe.ts'
import { ADA, startServer } from './harness.ts'
import { startOidcServer } from './oidc-server.ts'
import { bodyOf, Surfer } from './surfer.ts'

type WhoAmI = z.infer<typeof WhoAmISchema>

const CLIENT_SECRET = 'a secret of the client of the tests'

/** Latchkey, and a real OpenID Provider that it knows as `corp`. */
export async function startFederation(settings: EnvSource = {}, configuration: Configuration = {}) {
  const provider = await startOidcServer(configuration)
  const server = await startServer({
    ...(await ownAddress()),
    OIDC_CORP_ISSUER: provider.issuer,
    OIDC_CORP_CLIENT_ID: 'latchkey',
    OIDC_CORP_CLIENT_SECRET: CLIENT_SECRET,
    ...settings,
  })
  await provider.serve(server.url, CLIENT_SECRET)

  /** Signs a fresh browser in with `corp`. @returns it, where it ended, and who it is then */
  async function signInWith(surfer = new Surfer()) {
    const { at } = await surfer.go(`${server.url}/auth/oidc/corp`)
    return { surfer, at, page: at.pathname + at.search, who: await whoIs(surfer) }
  }

  async function whoIs(surfer: Surfer): Promise<WhoAmI | undefined> {
    const response = await surfer.ask(`${server.url}/auth/session`)
    return response.status === 200 ? await bodyOf<WhoAmI>(response) : undefined
  }

  /** Signs a browser in by password. */
  async function signInByPassword(surfer: Surfer, { email, password }: { email: string; password: string } = ADA) {
    return await surfer.post(`${server.url}/auth/login`, { email, password })
  }

  /** Brings the provider's answer for a link that the browser started. */
  async function link(surfer: Surfer) {
    const started = await surfer.post(`${server.url}/auth/identities`, { provider: 'corp' })
    if (started.status !== 200) return { started, page: undefined }
    const { location } = await bodyOf<{ location: string }>(started)
    const { at } = await surfer.go(location)
    return { started, page: at.pathname + at.search }
  }

  return {
    server,
    provider,
    signInWith,
    whoIs,
    signInByPassword,
    link,
    close: async () => {
      await server.close()
      await provider.close()
    },
  }
}

/** A port that is free now, and the address that redirects come back to. */
export async function ownAddress(): Promise<EnvSource> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return { PORT: String(port), BASE_URL: `http://127.0.0.1:${port}` }
}
