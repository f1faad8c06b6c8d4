import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import type { Configuration } from 'oidc-provider'
import type { z } from 'zod'
import type { EnvSource } from '../../configs/env.ts'
import type { WhoAmISchema } from '../../src/sessions/describe.ts'
import { ADA, startServer, type TestServer } from './harness.ts'
import { type LyingProvider, settingsFor, startLyingProvider } from './lying-provider.ts'
import { startOidcServer } from './oidc-server.ts'
import { closeServers } from './plain-server.ts'
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

  return {
    server,
    provider,
    ...visitorsOf(server),
    close: async () => {
      await server.close()
      await provider.close()
    },
  }
}

/** Latchkey, and providers that say what a test wants, by name. */
export async function startAmongLiars<Name extends string>(names: Name[], settings: EnvSource = {}) {
  const started = await Promise.all(names.map(async name => [name, await startLyingProvider()] as const))
  const providers = Object.fromEntries(started) as Record<Name, LyingProvider>
  const known = started.map(([name, provider]) => settingsFor(name, provider))
  const server = await startServer({ ...(await ownAddress()), ...Object.assign({}, ...known), ...settings })
  return {
    server,
    providers,
    ...visitorsOf(server),
    close: async () => {
      await server.close()
      await closeServers()
    },
  }
}

/** What people do in their browsers at a server that knows a provider as `corp`. */
function visitorsOf(server: Pick<TestServer, 'url'>) {
  /** Signs a browser in with a provider. @returns it, where it ended, and who it is then */
  async function signInWith(surfer = new Surfer(), provider = 'corp') {
    const { at } = await surfer.go(`${server.url}/auth/oidc/${provider}`)
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

  return { signInWith, whoIs, signInByPassword, link }
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
