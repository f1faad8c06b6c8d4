import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { days, seconds } from '../../src/durations.ts'
import { type ChildServer, freePort, startChild } from '../support/child-server.ts'
import { cliFor } from '../support/cli-process.ts'

const DEMO = path.resolve(import.meta.dirname, '../../src/demo/start.ts')

let server: ChildServer | undefined
afterEach(async () => server?.close())

test('the demo fills its own database once, names who can sign in, and leaves a valid audit log', {
  timeout: seconds(120),
}, async () => {
  const secrets = { SESSION_SECRET: undefined, ENCRYPTION_KEYS: undefined }
  server = await startChild({ ...secrets, LOG_FORMAT: undefined, DATABASE_URL: 'sqlite:data/other.sqlite' }, DEMO)
  const { url, output, directory, child, exited } = server
  const [, password, email] = await server.printed(/with the password "(.+)":\n\n +(\S+) +administrator/)
  expect(output.stdout).toContain('Filling data/demo.sqlite')

  const login = await fetch(`${url}/auth/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email, password }),
  })
  expect(login.status).toBe(200)
  const cookie = login.headers
    .getSetCookie()
    .map(line => line.split(';')[0])
    .join('; ')
  const asked = await fetch(`${url}/auth/token`, { method: 'POST', headers: { cookie } })
  const { access_token } = await bodyOf<{ access_token: string }>(asked)
  const headers = { Authorization: `Bearer ${access_token}` }
  const { items } = await bodyOf<{ items: unknown[] }>(await fetch(`${url}/api/v1/users?limit=100`, { headers }))
  expect(items).toHaveLength(40)
  const granted = await fetch(`${url}/auth/applications`, { headers: { cookie } })
  expect((await bodyOf<{ granted: unknown[] }>(granted)).granted).toHaveLength(2)
  const invited = await fetch(`${url}/api/v1/invitations`, { headers })
  const invitations = (await bodyOf<{ items: { createdAt: string; expires: string }[] }>(invited)).items
  const lifetimes = invitations.map(({ createdAt, expires }) => Date.parse(expires) - Date.parse(createdAt))
  expect(lifetimes).toEqual([days(7), days(7), days(7)])
  // That of the new browser which signed in above.
  await expect.poll(() => readdir(path.join(directory, 'data/outbox')).catch(() => [])).toHaveLength(1)

  child.kill('SIGTERM')
  expect(await exited).toBe(0)
  const again = spawn(process.execPath, [DEMO], {
    cwd: directory,
    env: { PATH: process.env.PATH, PORT: String(await freePort()) },
  })
  let text = ''
  for await (const chunk of again.stdout) {
    text += chunk
    if (text.includes('administrator')) break
  }
  again.kill('SIGKILL')
  await once(again, 'close')
  expect(text).not.toContain('Filling')

  const settings = { ...secrets, NODE_ENV: 'development', BCRYPT_COST: '10', DATABASE_URL: 'sqlite:data/demo.sqlite' }
  const verified = await cliFor(settings, directory).run(['audit', 'verify'])
  expect(verified).toMatchObject({ code: 0, stdout: expect.stringMatching(/^events: [34]\d\d\n/) })
})

test('13.4.2 the demo, whose passwords are public, does not start in production', async () => {
  server = await startChild({ NODE_ENV: 'production', BASE_URL: 'https://login.example.org', TRUST_PROXY: '1' }, DEMO)
  expect(await server.exited).toBe(1)
  expect(server.output.stderr).toMatch(/^error: The demo has public passwords and does not start in production\./)
})

async function bodyOf<Body>(response: Response): Promise<Body> {
  return (await response.json()) as Body
}
