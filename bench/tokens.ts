import { cookieLine } from './cookies.ts'
import type { SeededSession } from './population.ts'

export type Tokens = { personal: string; access: string }

/** Makes one bearer token of each kind for a session, as `Authorization: Bearer ...` lines. */
export async function newTokens(origin: string, { sid }: SeededSession): Promise<Tokens> {
  const personal = await post<{ token: string }>(`${origin}/auth/tokens`, sid, { name: 'bench', scopes: [] })
  const access = await post<{ access_token: string }>(`${origin}/auth/token`, sid, {})
  return { personal: bearerLine(personal.token), access: bearerLine(access.access_token) }
}

/** GET with a header line; anything but 200 is an error. */
export async function askWith(url: string, line: string): Promise<unknown> {
  const response = await fetch(url, { headers: headersOf(line) })
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`)
  return response.json()
}

function bearerLine(token: string): string {
  return `Authorization: Bearer ${token}`
}

async function post<T>(url: string, sid: string, body: object): Promise<T> {
  const headers = { ...headersOf(cookieLine(sid)), 'Content-Type': 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`)
  return (await response.json()) as T
}

function headersOf(line: string): Record<string, string> {
  const colon = line.indexOf(': ')
  return { [line.slice(0, colon)]: line.slice(colon + 2) }
}
