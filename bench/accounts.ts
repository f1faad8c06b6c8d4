const TEMPLATE_EMAIL = 'template@example.com'
const PASSWORD = 'a bench passphrase nobody would ever guess'

/** Creates the account whose rows all seeded ones copy, and one session of it. */
export async function registerAndSignIn(origin: string): Promise<void> {
  await post(`${origin}/auth/register`, { email: TEMPLATE_EMAIL, password: PASSWORD, name: 'Bench User' }, 201)
  await post(`${origin}/auth/login`, { email: TEMPLATE_EMAIL, password: PASSWORD }, 200)
}

/** The status is 401 where the password was verified and refused. */
export async function signInWithWrongPassword(origin: string, email: string) {
  const response = await send(`${origin}/auth/login`, { email, password: `not ${PASSWORD}` })
  await response.arrayBuffer()
  return { status: response.status, retryAfter: response.headers.get('Retry-After') }
}

async function post(url: string, body: object, expected: number): Promise<void> {
  const response = await send(url, body)
  const text = await response.text()
  if (response.status !== expected) throw new Error(`${url} answered ${response.status}: ${text}`)
}

function send(url: string, body: object): Promise<Response> {
  const headers = { 'Content-Type': 'application/json' }
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
}
