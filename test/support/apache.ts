import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { untilOpen } from './until-open.ts'

const MODULES = ['mpm_event', 'authz_core', 'authz_user', 'authn_core', 'headers', 'rewrite', 'auth_openidc']
const PAGE = path.resolve(import.meta.dirname, '../../docs/openid-provider.md')

/** @property host that browsers reach it at */
type Setup = { port: number; host?: string; issuer: string; id: string; secret: string }

/** Debian's Apache with mod_auth_openidc, configured as docs/openid-provider.md says; it answers with the claims of the user. */
export async function startApache({ port, host = 'localhost', issuer, id, secret }: Setup) {
  const url = `http://${host}:${port}`
  const directory = await mkdtemp(path.join(tmpdir(), 'latchkey-apache-'))
  const [, recipe = ''] = /^```apache\n([\s\S]*?)^```$/m.exec(await readFile(PAGE, 'utf8')) ?? []
  const addressed = recipe
    .replace('https://login.example.org/oidc', issuer)
    .replace('https://app.example.org', url)
    .replace('OIDCClientID app', `OIDCClientID ${id}`)
    .replace('lks_...', secret)
  const lines = [
    `ServerRoot ${directory}`,
    `ServerName ${host}`,
    `Listen 127.0.0.1:${port}`,
    `PidFile ${directory}/pid`,
    `DefaultRuntimeDir ${directory}`,
    `Mutex file:${directory}`,
    `ErrorLog ${directory}/error.log`,
    `DocumentRoot ${directory}`,
    'User www-data',
    'Group www-data',
    ...MODULES.map(name => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`),
    addressed,
    // fetch of Node always says `cors`, for which the module redirects nobody.
    'RequestHeader set Sec-Fetch-Mode navigate early',
    'Header always set X-Claims "%{OIDC_CLAIM_email}e %{OIDC_CLAIM_groups}e"',
  ]
  const file = path.join(directory, 'httpd.conf')
  await writeFile(file, `${lines.join('\n')}\n`)
  await writeFile(path.join(directory, 'index.html'), 'a protected page')
  // Its workers run as another user.
  await chmod(directory, 0o755)
  const child = spawn('apache2', ['-X', '-f', file], { stdio: 'ignore' })
  const exited = once(child, 'exit')
  const log = () => readFile(path.join(directory, 'error.log'), 'utf8').catch(() => '')
  await untilOpen(port, child, log)

  async function close() {
    child.kill('SIGKILL')
    await exited
    await rm(directory, { recursive: true, force: true })
  }
  return { url, log, close }
}
