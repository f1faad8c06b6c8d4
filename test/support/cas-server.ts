import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import supertest from 'supertest'

const MISSING = 'These tests need a CAS server of Debian: apt-get install python3-django-cas-server'
/** Debian's own, which its packages belong to. */
const PYTHON = '/usr/bin/python3'
const SCRIPT = path.join(import.meta.dirname, 'cas-server.py')

export type CasUser = { password: string; attributes: Record<string, string | string[]> }
type CasOptions = {
  /** The service URLs that may ask for tickets; `*` is any port. */
  services: string[]
  users: Record<string, CasUser>
}

export type CasTestServer = Awaited<ReturnType<typeof startCasServer>>

/**
 * Debian's django-cas-server (CAS 1 to 3 with single logout), in memory.
 * @throws an Error that names the package if it is not installed
 */
export async function startCasServer({ services, users }: CasOptions) {
  const child = spawn(PYTHON, [SCRIPT, JSON.stringify({ services, users })], { stdio: ['ignore', 'pipe', 'pipe'] })
  const failed = new Promise<never>((_, reject) => {
    let output = ''
    child.stderr.setEncoding('utf8').on('data', text => (output += text))
    child.once('error', () => reject(new Error(MISSING))).once('close', () => reject(new Error(startFailure(output))))
  })
  failed.catch(() => {})
  const [line] = await Promise.race([once(child.stdout.setEncoding('utf8'), 'data'), failed])
  const origin = `http://127.0.0.1:${String(line).replace('port ', '').trim()}`

  async function close() {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'close')
  }

  return {
    /** The value of CAS_URL. */
    url: `${origin}/cas`,
    /** A browser of this user, not signed in yet. */
    browserOf: (username: string) => browserOf(origin, username, users[username]?.password ?? ''),
    close,
  }
}

function startFailure(output: string): string {
  return output.includes('No module named') ? MISSING : `The CAS server did not start: ${output}`
}

function browserOf(origin: string, username: string, password: string) {
  const agent = supertest.agent(origin)

  /** Opens a `/login` URL, signs in if asked to. @returns the address to which the CAS server sends the browser */
  async function visit(loginUrl: string | URL): Promise<URL> {
    const target = pathOf(loginUrl)
    const page = await agent.get(target)
    const answer = page.status === 302 ? page : await submitForm(target, page.text)
    if (answer.status !== 302) throw new Error(`The CAS server shows a page instead of a redirect: ${answer.text}`)
    return new URL(answer.headers.location ?? '', origin)
  }

  function submitForm(target: string, html: string) {
    const hidden = [...html.matchAll(/<input type="hidden" name="([^"]*)"(?: value="([^"]*)")?/g)]
    const fields = Object.fromEntries(hidden.map(([, name, value = '']) => [name, value.replaceAll('&amp;', '&')]))
    return agent
      .post(target)
      .type('form')
      .send({ ...fields, username, password })
  }

  /** @returns the service ticket that the browser brings back from a `/login` URL */
  async function ticketFrom(loginUrl: string | URL): Promise<string> {
    const ticket = (await visit(loginUrl)).searchParams.get('ticket')
    if (!ticket) throw new Error('The CAS server sent the browser back without a ticket')
    return ticket
  }

  /** Signs out at the CAS server, which posts a `logoutRequest` to every service that validated a ticket of this browser. */
  async function signOut() {
    await agent.get('/cas/logout').expect(200)
  }

  return { visit, ticketFrom, signOut }
}

function pathOf(url: string | URL): string {
  const { pathname, search } = new URL(url)
  return pathname + search
}
