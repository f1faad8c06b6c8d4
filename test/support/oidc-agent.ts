import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { seconds } from '../../src/durations.ts'

const PATIENCE = seconds(20)

/** Debian's oidc-agent, which keeps tokens for programs on a command line, in a home directory of its own. */
export async function startOidcAgent() {
  const directory = await mkdtemp(path.join(tmpdir(), 'latchkey-oidc-agent-'))
  await mkdir(path.join(directory, '.config/oidc-agent'), { recursive: true })
  const socket = path.join(directory, 'agent')
  const env = { PATH: process.env.PATH, HOME: directory, OIDC_SOCK: socket, OIDC_ENCRYPTION_PW: 'a password' }
  const agent = spawn('oidc-agent', ['--console', '--no-autoreauthenticate', '-a', socket], { env, stdio: 'ignore' })
  let fault: Error | undefined
  agent.on('error', error => {
    fault = error
  })
  for (const giveUp = Date.now() + PATIENCE; !(await exists(socket)); await pause())
    if (fault || Date.now() > giveUp) throw fault ?? new Error('oidc-agent does not answer')

  /** Starts one of its programs, such as `oidc-token`. */
  function run(program: string, ...parameters: string[]) {
    const child = spawn(program, parameters, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', text => (output += text))
    child.stderr.on('data', text => (output += text))
    const exited = once(child, 'close').then(([code]) => ({ code: code as number, output: output.trim() }))
    return { exited, output: () => output }
  }

  async function close() {
    agent.kill('SIGKILL')
    if (agent.exitCode === null && agent.signalCode === null) await once(agent, 'exit')
    await rm(directory, { recursive: true, force: true })
  }

  return { run, close }
}

const pause = () => new Promise(resolve => setTimeout(resolve, 50))

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}
