import type { z } from 'zod'
import type { EnvSource } from '../../configs/env.ts'
import type { WhoAmISchema } from '../../src/sessions/describe.ts'
import { type CasTestServer, type CasUser, startCasServer } from './cas-server.ts'
import { ownAddress } from './federation.ts'
import { startServer } from './harness.ts'
import { bodyOf, Surfer } from './surfer.ts'

type WhoAmI = z.infer<typeof WhoAmISchema>
export type CasFederation = Awaited<ReturnType<typeof startCasFederation>>

/** A real CAS server for as many Latchkeys as a test starts. */
export function startCasFor(users: Record<string, CasUser>): Promise<CasTestServer> {
  return startCasServer({ services: ['http://127.0.0.1:*/auth/cas'], users })
}

/** Latchkey, and a real CAS server that it signs people in with. */
export async function startCasFederation(users: Record<string, CasUser>, settings: EnvSource = {}) {
  const cas = await startCasFor(users)
  const federation = await joinCas(cas, settings)
  async function close() {
    await federation.close()
    await cas.close()
  }
  return { ...federation, close }
}

/** Another Latchkey with the same CAS server. */
export async function joinCas(cas: CasTestServer, settings: EnvSource = {}) {
  const address = await ownAddress()
  const service = `${address.BASE_URL}/auth/cas`
  const server = await startServer({ ...address, CAS_URL: cas.url, CAS_EMAIL_VERIFIED: 'true', ...settings })

  /** @returns where Latchkey sends the browser, if that is the CAS server */
  async function leave(surfer: Surfer, query = ''): Promise<URL> {
    const { at } = await surfer.go(service + query, isCas)
    if (!isCas(at)) throw new Error(`did not leave for the CAS server, but ended at ${at}`)
    return at
  }

  function isCas({ origin }: URL): boolean {
    return origin === new URL(cas.url).origin
  }

  /** Signs in to CAS as this user. @returns the service URL with a ticket */
  function visit(username: string, login: URL | string, browser = cas.browserOf(username)): Promise<URL> {
    return browser.visit(login)
  }

  /** @returns the browser, where it ended, and who it is then */
  async function signInAs(username: string, { surfer = new Surfer(), query = '' } = {}) {
    const browser = cas.browserOf(username)
    const back = await visit(username, await leave(surfer, query), browser)
    return { ...(await comeBack(surfer, back)), surfer, back, browser }
  }

  async function comeBack(surfer: Surfer, back: URL) {
    const { at } = await surfer.go(back, isCas)
    return { page: at.pathname + at.search, who: await whoIs(surfer) }
  }

  async function whoIs(surfer: Surfer): Promise<WhoAmI | undefined> {
    const response = await surfer.ask(`${server.url}/auth/session`)
    return response.status === 200 ? await bodyOf<WhoAmI>(response) : undefined
  }

  return { server, cas, service, leave, visit, signInAs, comeBack, whoIs, close: server.close }
}
