import { type Ask, reactions, send } from '../api.ts'
import { asProblem, type Problem } from '../problem.ts'
import { onSignOut } from '../session.ts'

type AccessToken = { access_token: string; expires_in: number; scope: string }
type Held = { value: string; permissions: string[]; renewAt: number }

/** In ms: renewed before it is refused. */
const AHEAD = 30_000

/** In memory only: it is gone with the tab, and with the sign-out. */
let held: Promise<Held> | undefined
onSignOut(() => {
  held = undefined
})

/** Asking all by itself is no sign of life: it must not prolong the session. */
export type Asker = 'person' | 'clock'

async function obtain(asker: Asker): Promise<Held> {
  const headers = asker === 'clock' ? { 'X-Session-Passive': '1' } : {}
  const { answer } = await send<AccessToken>({ method: 'POST', path: '/auth/token', headers })
  return {
    value: answer.access_token,
    permissions: answer.scope.split(' ').filter(Boolean),
    renewAt: Date.now() + answer.expires_in * 1000 - AHEAD,
  }
}

async function current(asker: Asker): Promise<Held> {
  const before = await held?.catch(() => undefined)
  if (before && before.renewAt > Date.now()) return before
  held = obtain(asker)
  return held
}

/** What the signed-in user may do here, as the server says it now. */
export async function myPermissions(): Promise<string[]> {
  held = undefined
  return (await current('person')).permissions
}

/**
 * Asks /api as any program does: with a bearer token, that of this session. One that is refused is renewed; if the session's last proof
 * is too old as well, its owner is asked for another.
 * @throws Cancelled if that proof is not given
 */
export async function sendAdmin<Answer>(
  ask: Ask,
  asker: Asker = 'person',
): Promise<{ answer: Answer; headers: Headers }> {
  async function attempt() {
    const { value } = await current(asker)
    return send<Answer>({ ...ask, headers: { ...ask.headers, Authorization: `Bearer ${value}` } })
  }
  try {
    return await attempt()
  } catch (error) {
    if (!isRefusedToken(asProblem(error))) throw error
  }
  held = undefined
  try {
    return await attempt()
  } catch (error) {
    if (asProblem(error).code !== 'reauthentication_required') throw error
  }
  await reactions.proveAgain()
  held = undefined
  return attempt()
}

const REFUSED_TOKEN = ['invalid_token', 'authentication_required', 'reauthentication_required']

const isRefusedToken = ({ status, code }: Problem) => status === 401 && REFUSED_TOKEN.includes(code)

export async function admin<Answer = unknown>(method: Ask['method'], path: string, body?: object): Promise<Answer> {
  return (await sendAdmin<Answer>({ method, path, body })).answer
}
