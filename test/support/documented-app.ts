import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { untilOpen } from './until-open.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')

type Setup = { heading: string; port: number; issuer: string; clientSecret: string }

/** Runs the app below a heading of docs/openid-provider.md as it stands there; only the two addresses differ. */
export async function startDocumentedApp({ heading, port, issuer, clientSecret }: Setup) {
  const [, section = ''] = (await readFile(path.join(ROOT, 'docs/openid-provider.md'), 'utf8')).split(`# ${heading}\n`)
  const [, code = ''] = /^```js\n([\s\S]*?)^```$/m.exec(section) ?? []
  const addressed = code
    .replace('http://localhost:3000/oidc', issuer)
    .replace('http://localhost:4000', `http://localhost:${port}`)
    .replace('listen(4000)', `listen(${port}, '127.0.0.1')`)
  const directory = await mkdtemp(path.join(tmpdir(), 'latchkey-app-'))
  await writeFile(path.join(directory, 'app.mjs'), addressed)
  await symlink(path.join(ROOT, 'node_modules'), path.join(directory, 'node_modules'))
  const env = {
    PATH: process.env.PATH,
    CLIENT_SECRET: clientSecret,
    SECRET: 'a secret of the app that signs its cookie',
  }
  const child = spawn(process.execPath, ['app.mjs'], { cwd: directory, env })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', text => (output += text))
  const exited = once(child, 'exit')
  await untilOpen(port, child, () => output)

  async function close() {
    child.kill('SIGKILL')
    await exited
    await rm(directory, { recursive: true, force: true })
  }
  return { url: `http://localhost:${port}`, close }
}
