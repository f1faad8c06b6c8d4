import type { Request, Response } from 'express'
import type { JWTPayload } from 'jose'
import { sendProblem } from './answers.ts'
import type { Settings } from './options.ts'
import { badLogoutToken } from './problems.ts'
import type { Provider } from './provider.ts'
import { keyOf, secondsNow } from './session.ts'

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

/** Seconds: a logout token is sent at once. */
const MOST_AGE = 120

const MAX_BYTES = 16 * 1024

type Ended = { sub: string | undefined; sid: string | undefined; jti: string; issuedAt: number }

/** Takes the login server's word that a session ended (OpenID Connect Back-Channel Logout 1.0). */
export function createBackChannelLogout(settings: Settings, provider: Provider) {
  const { clientId, endedSessions, maxAge, onBackChannelLogout } = settings

  async function verify(token: string): Promise<Ended | undefined> {
    const requiredClaims = ['exp', 'jti']
    const payload = await provider.verify(token, { audience: clientId, maxTokenAge: MOST_AGE, requiredClaims })
    return payload && endedBy(payload)
  }

  return async (req: Request, res: Response) => {
    const token = await tokenOf(req)
    const ended = token === undefined ? undefined : await verify(token)
    if (!ended || (await wasUsed(ended))) return sendProblem(req, res, badLogoutToken)
    const { sub, sid, issuedAt } = ended
    const forgetAt = secondsNow() + maxAge
    // The id of a session never comes back, but a person may sign in again at once.
    if (sid !== undefined) await endedSessions.end(keyOf.central(sid), forgetAt, forgetAt)
    else if (sub !== undefined) await endedSessions.end(keyOf.person(sub), issuedAt, forgetAt)
    await onBackChannelLogout?.({ sub, sid })
    await endedSessions.end(`logout:${ended.jti}`, issuedAt, secondsNow() + 2 * MOST_AGE)
    res.setHeader('Cache-Control', 'no-store')
    res.status(200).end()
  }

  async function wasUsed({ jti }: Ended): Promise<boolean> {
    const [entry] = await endedSessions.find([`logout:${jti}`])
    return entry !== null && entry !== undefined
  }
}

/** @returns undefined for a token of another kind, such as an ID token */
function endedBy({ sub, sid, jti, iat, events, nonce }: JWTPayload): Ended | undefined {
  const isLogout = typeof events === 'object' && events !== null && EVENT in events && nonce === undefined
  const session = typeof sid === 'string' ? sid : undefined
  if (!isLogout || jti === undefined || iat === undefined) return undefined
  if (sub === undefined && session === undefined) return undefined
  return { sub, sid: session, jti, issuedAt: iat }
}

/** Reads the form, unless the app has read it already. */
async function tokenOf(req: Request): Promise<string | undefined> {
  if (!/^application\/x-www-form-urlencoded\b/i.test(req.headers['content-type'] ?? '')) return undefined
  if (req.readableEnded || req.body !== undefined) return textOf(req.body?.logout_token)
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of req) {
    size += chunk.length
    if (size > MAX_BYTES) return undefined
    chunks.push(chunk)
  }
  const tokens = new URLSearchParams(Buffer.concat(chunks).toString()).getAll('logout_token')
  return tokens.length === 1 ? tokens[0] : undefined
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
