import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { createRemoteJWKSet, type JWTVerifyResult, jwtVerify } from 'jose'
import { vi } from 'vitest'
import { serve } from './plain-server.ts'

export type Told = JWTVerifyResult & { client: string; token: string; at: number }

/** Applications that are told of sign-outs, each at the path of its id; they verify each token as OpenID Connect says. */
export async function startLogoutReceiver(issuer: string) {
  const told: Told[] = []
  const answers = new Map<string, (res: ServerResponse) => void>()
  const asked = new Map<string, number>()
  const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`))

  const origin = await serve(async (req, res) => {
    const client = (req.url ?? '').slice(1)
    asked.set(client, (asked.get(client) ?? 0) + 1)
    const verified = await received(req, client)
    const answer = answers.get(client)
    if (answer) return answer(res)
    told.push(verified)
    res.writeHead(200).end()
  })

  async function received(req: IncomingMessage, client: string): Promise<Told> {
    const at = performance.now()
    const token = new URLSearchParams(await text(req)).get('logout_token') ?? ''
    const rules = { issuer, audience: client, typ: 'logout+jwt', requiredClaims: ['iat', 'exp', 'jti', 'sid', 'sub'] }
    return { ...(await jwtVerify(token, keys, rules)), client, token, at }
  }

  const toldOf = (sid: string, client?: string) =>
    told.filter(each => each.payload.sid === sid && (client === undefined || each.client === client))

  return {
    uriOf: (client: string) => `${origin}/${client}`,
    told,
    toldOf,
    /** How often this client was asked. */
    asked: (client: string) => asked.get(client) ?? 0,
    /** Has a client answer otherwise; without an answer, it is as it was again. */
    answer: (client: string, answer?: (res: ServerResponse) => void) =>
      answer ? answers.set(client, answer) : answers.delete(client),
    /** @returns the clients that were told, once there are so many */
    until: (sid: string, count: number) =>
      vi.waitFor(
        () => {
          const clients = toldOf(sid).map(({ client }) => client)
          if (clients.length < count) throw new Error(`${clients.length} of ${count} were told`)
          return clients.toSorted()
        },
        { timeout: 15_000, interval: 20 },
      ),
  }
}
