import { cookieLine } from './cookies.ts'

/** GET with this session's cookie; anything but 200 is an error. */
export async function ask(url: string, sid: string): Promise<unknown> {
  const response = await get(url, sid)
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`)
  return response.json()
}

export function get(url: string, sid: string): Promise<Response> {
  return fetch(url, { headers: { Cookie: cookieLine(sid).slice('Cookie: '.length) } })
}
