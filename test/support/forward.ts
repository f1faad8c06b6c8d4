import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import supertest from 'supertest'
import type { EnvSource } from '../../configs/env.ts'
import { ADA, cookiesOf, startServer, type TestServer } from './harness.ts'

export const LOGIN = 'https://login.example.org'
export const METRICS = 'https://metrics.example.org'
export const WIKI = 'https://wiki.example.org:8443'
/** In another domain than the login server. */
export const FAR = 'https://app.example.net'

/** Takes tokens everywhere but where a rule forbids it. */
export const MACHINES = 'https://machines.example.org'

export const HOSTS = `
hosts:
  - origin: ${METRICS}
    rules:
      - { path: /healthz, access: public }
      - { path: /assets/*, access: public, methods: [GET, HEAD] }
      - { path: /admin/*, roles: [admin] }
      - { path: /settings, secondFactor: true }
      - { path: /debug/*, access: denied }
      - { path: /api/*, bearer: metrics:read }
  - origin: ${WIKI}
    roles: [editor, admin]
    user: username
  - origin: ${FAR}
    user: email
  - origin: ${MACHINES}
    bearer: metrics:read
    rules:
      - { path: /people, secondFactor: true }
      - { path: /either, secondFactor: true, bearer: metrics:read }
`

export function clientsFile(text: string): string {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'latchkey-clients-')), 'clients.yaml')
  writeFileSync(file, text)
  return file
}

/** The real app with forward auth, reached over https by a proxy on this machine. */
export function startForward(settings: EnvSource = {}, hosts = HOSTS, database?: TestServer['database']) {
  const all = { BASE_URL: LOGIN, TRUST_PROXY: '127.0.0.1', FORWARD_AUTH: 'true', CLIENTS_FILE: clientsFile(hosts) }
  return startServer({ ...all, ...settings }, database)
}

type At = Pick<TestServer, 'url'>
type Headers = Record<string, string>

const overHttps = { 'X-Forwarded-Proto': 'https' }

export const cookieLine = (answer: { headers: Record<string, unknown> }) =>
  [...cookiesOf(answer)].map(([name, { value }]) => `${name}=${value}`).join('; ')

export async function registerAndSignIn(server: At, person: typeof ADA = ADA) {
  await supertest(server.url).post('/auth/register').set(overHttps).send(person)
  return await signInAt(server, person)
}

export async function signInAt(server: At, { email, password } = ADA): Promise<string> {
  const answer = await supertest(server.url).post('/auth/login').set(overHttps).send({ email, password }).expect(200)
  return cookieLine(answer)
}

export const central = (server: At, method: 'get' | 'post' | 'delete', at: string, cookie = '') =>
  supertest(server.url)
    [method](at)
    .set({ ...overHttps, Cookie: cookie })

/** The sub-request that a proxy sends for a request to `url`. */
export function askAbout(server: At, url: string, headers: Headers = {}, { method = 'GET', query = '' } = {}) {
  const { protocol, host, origin } = new URL(url)
  return supertest(server.url)
    .get(`/auth/forward${query}`)
    .set({
      'X-Forwarded-Method': method,
      'X-Forwarded-Proto': protocol.slice(0, -1),
      'X-Forwarded-Host': host,
      'X-Forwarded-Uri': url.slice(origin.length) || '/',
      ...headers,
    })
}

/** A request to `/.latchkey/` on the host of an application, as its proxy passes it on. */
export function onHost(server: At, url: string, headers: Headers = {}, method: 'get' | 'post' = 'get') {
  const { protocol, host, origin } = new URL(url)
  return supertest(server.url)
    [method](url.slice(origin.length))
    .set({ Host: host, 'X-Forwarded-Host': host, 'X-Forwarded-Proto': protocol.slice(0, -1), ...headers })
}

/** The way of a browser to the callback of an application. @returns where it leads, and the mark on that host */
export async function visit(server: At, origin: string, session: string, to = '/') {
  const started = await onHost(server, `${origin}/.latchkey/start?${new URLSearchParams({ to })}`).expect(303)
  const mark = cookieLine(started)
  const there = started.headers.location?.slice(LOGIN.length) ?? ''
  const answer = await central(server, 'get', there, session).expect(303)
  return { mark, there, callback: answer.headers.location ?? '' }
}

/** Signs in to an application. @returns its cookie */
export async function openApplication(server: At, origin: string, session: string, to = '/') {
  const { mark, callback } = await visit(server, origin, session, to)
  const answer = await onHost(server, callback, { Cookie: mark }).expect(303)
  return { cookie: cookieLine(answer), location: answer.headers.location, answer }
}
