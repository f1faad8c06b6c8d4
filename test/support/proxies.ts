import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePort } from './child-server.ts'
import { untilOpen } from './until-open.ts'

export const PROXIES = ['nginx', 'Caddy', 'HAProxy'] as const
export type ProxyName = (typeof PROXIES)[number]

type Setup = {
  port: number
  /** Of the server under test. */
  latchkey: number
  application: number
  /** Names without a port. */
  hosts: string[]
}

const page = await readFile(path.resolve(import.meta.dirname, '../../docs/forward-auth.md'), 'utf8')

/** The fenced blocks below a heading of docs/forward-auth.md. */
function blocksBelow(heading: string): string[] {
  const [, section = ''] = page.split(new RegExp(`^#+ ${heading}$`, 'm'))
  const [own = ''] = section.split(/^#+ /m)
  return [...own.matchAll(/^```\w+\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text)
}

/** Starts a real proxy with the configuration of docs/forward-auth.md; only addresses and TLS differ. */
export async function startProxy(name: ProxyName, setup: Setup) {
  const directory = await mkdtemp(path.join(tmpdir(), `latchkey-${name}-`))
  const [command, ...parameters] = await CONFIGURE[name](directory, setup)
  const child = spawn(command ?? '', parameters, { cwd: directory, env: { PATH: process.env.PATH, HOME: directory } })
  return await running(child, setup.port, directory)
}

function addressed(block: string, { latchkey, application }: Setup): string {
  return block
    .replaceAll('127.0.0.1:3000', `127.0.0.1:${latchkey}`)
    .replaceAll('127.0.0.1:9090', `127.0.0.1:${application}`)
}

type Configure = (directory: string, setup: Setup) => Promise<string[]>

const CONFIGURE: Record<ProxyName, Configure> = {
  nginx: async (directory, setup) => {
    const [block = ''] = blocksBelow('nginx')
    const plain = addressed(block, setup)
      .replace('listen 443 ssl;', `listen 127.0.0.1:${setup.port};`)
      .replaceAll(/^ *ssl_.*\n/gm, '')
    const servers = setup.hosts.map(host => plain.replace('prometheus.example.org', host))
    const folders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      each => `${each}_temp_path ${directory}/${each};`,
    )
    const file = path.join(directory, 'nginx.conf')
    await writeFile(
      file,
      `daemon off; master_process off; pid ${directory}/pid; error_log stderr;\nevents {}\nhttp { access_log off; ${folders.join(' ')}\n${servers.join('\n')}}\n`,
    )
    return ['nginx', '-c', file]
  },
  Caddy: async (directory, setup) => {
    const [block = ''] = blocksBelow('Caddy')
    const sites = setup.hosts.map(host =>
      addressed(block, setup).replace('prometheus.example.org', `http://${host}:${setup.port}`),
    )
    const file = path.join(directory, 'Caddyfile')
    await writeFile(file, `{\n  admin off\n  auto_https off\n}\n${sites.join('\n')}`)
    return ['caddy', 'run', '--config', file, '--adapter', 'caddyfile']
  },
  HAProxy: async (directory, setup) => {
    const [configuration = '', script = ''] = blocksBelow('HAProxy').map(block => addressed(block, setup))
    const [file, lua] = ['haproxy.cfg', 'latchkey.lua'].map(each => path.join(directory, each)) as [string, string]
    await writeFile(lua, script)
    await writeFile(
      file,
      configuration.replace('/etc/haproxy/latchkey.lua', lua).replace(/bind .*/, `bind 127.0.0.1:${setup.port}`),
    )
    return ['haproxy', '-db', '-f', file]
  },
}

/** A real Prometheus, which knows no login. @param configuration its prometheus.yml */
export async function startPrometheus(configuration = 'scrape_configs: []\n') {
  const directory = await mkdtemp(path.join(tmpdir(), 'latchkey-prometheus-'))
  const port = await freePort()
  await writeFile(path.join(directory, 'prometheus.yml'), configuration)
  const options = [
    '--config.file=prometheus.yml',
    '--storage.tsdb.path=data',
    `--web.listen-address=127.0.0.1:${port}`,
    '--web.console.libraries=none',
  ]
  return { port, ...(await running(spawn('prometheus', options, { cwd: directory }), port, directory)) }
}

/** Stands in front of an application and remembers the headers that it gets. */
export async function startTap(application: number) {
  const requests: { url: string; headers: IncomingHttpHeaders }[] = []
  const server = createServer((req, res) => {
    requests.push({ url: req.url ?? '', headers: req.headers })
    const { method, url: target, headers } = req
    const onward = request({ port: application, host: '127.0.0.1', method, path: target, headers }, answer => {
      res.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(res)
    })
    onward.on('error', () => res.destroy())
    req.pipe(onward)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  function close() {
    server.closeAllConnections()
    server.close()
  }
  return { port: (server.address() as AddressInfo).port, requests, close }
}

/** Resolves when the port is open. */
export async function running(child: ChildProcess, port: number, directory: string) {
  let output = ''
  child.stdout?.on('data', text => (output += text))
  child.stderr?.on('data', text => (output += text))
  child.on('error', error => (output += error.message))
  const exited = new Promise(resolve => child.once('close', resolve))
  await untilOpen(port, child, () => output)
  async function close() {
    child.kill('SIGKILL')
    await exited
    await rm(directory, { recursive: true, force: true })
  }
  return { close, output: () => output }
}
