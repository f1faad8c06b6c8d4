import { CannotOpen, type Sealer } from '../encryption/sealer.ts'
import type { LiveSession } from '../sessions/row.ts'

/** What the cookie on the host of an application says. The session decides whether it still counts. */
export type ApplicationCookie = { sessionId: string; expires: number }

/** Sealed for one origin, so that the cookie of one host opens no other (ASVS 7.2.1). */
export function sealCookie(sealer: Sealer, origin: string, session: Pick<LiveSession, 'publicId' | 'absoluteExpires'>) {
  const content: ApplicationCookie = { sessionId: session.publicId, expires: session.absoluteExpires }
  return sealer.seal(JSON.stringify(content), contextOf(origin))
}

/** @returns undefined for a changed or expired cookie, and for one of another host */
export function openCookie(sealer: Sealer, origin: string, value: string): ApplicationCookie | undefined {
  try {
    const { sessionId, expires }: ApplicationCookie = JSON.parse(sealer.open(value, contextOf(origin)).text)
    return expires > Date.now() ? { sessionId, expires } : undefined
  } catch (error) {
    if (error instanceof CannotOpen) return undefined
    throw error
  }
}

const contextOf = (origin: string) => `application cookie:${origin}`
