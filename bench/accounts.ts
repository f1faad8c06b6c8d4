import { BENCH_COOKIE } from './cookies.ts'

const TEMPLATE_EMAIL = 'template@example.com'
const PASSWORD = 'a bench passphrase nobody would ever guess'

/** Creates the account whose rows all seeded ones copy. */
export async function register(origin: string): Promise<void> {
  await post(`${origin}/auth/register`, { email: TEMPLATE_EMAIL, password: PASSWORD, name: 'Bench User' }, 201)
}

/** Signs that account in. Answers the session's `Cookie` header. */
export async function signIn(origin: string): Promise<string> {
  const { headers } = await post(`${origin}/auth/login`, { email: TEMPLATE_EMAIL, password: PASSWORD }, 200)
  const cookie = headers.getSetCookie().find(each => each.startsWith(`${BENCH_COOKIE}=`))
  if (cookie === undefined) throw new Error(`${origin} set no ${BENCH_COOKIE}`)
  return cookie.split(';', 1)[0] ?? ''
}

export async function signOut(origin: string, cookie: string): Promise<void> {
  await post(`${origin}/auth/logout`, {}, 200, { Cookie: cookie })
}

/** The status is 401 where the password was verified and refused. */
export async function signInWithWrongPassword(origin: string, email: string) {
  const response = await send(`${origin}/auth/login`, { email, password: `not ${PASSWORD}` })
  await response.arrayBuffer()
  return { status: response.status, retryAfter: response.headers.get('Retry-After') }
}

type Headers = Record<string, string>

async function post(url: string, body: object, expected: number, headers: Headers = {}): Promise<Response> {
  const response = await send(url, body, headers)
  const text = await response.text()
  if (response.status !== expected) throw new Error(`${url} answered ${response.status}: ${text}`)
  return response
}

function send(url: string, body: object, headers: Headers = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
}
