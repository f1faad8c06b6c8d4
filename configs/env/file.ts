import { randomBytes } from 'node:crypto'
import { appendFile, chmod, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parse } from 'dotenv'
import { seconds } from '../../src/durations.ts'
import { ConfigurationError, type EnvSource, processEnvironment, settingOf } from '../env.ts'

const LOCK_WAIT = seconds(2)
const LOCK_POLL = 20

const OWNER_ONLY = 0o600
const READABLE_BY_OTHERS = 0o004
const PASSWORD_IN_URL = /:\/\/[^/@\s]*:[^/@\s]+@/

/** `exposed`: the file has a secret and every user of the machine can read it. */
export type EnvFile = { path: string; outcome: 'absent' | 'read' | 'secret-written'; exposed: boolean }

const SECRETS = ['SESSION_SECRET', 'ENCRYPTION_KEYS']

/**
 * Reads unset variables from `.env` (`.env.test` in tests); development writes missing secrets.
 * @throws ConfigurationError, also for readable secrets in production (ASVS 13.3.2)
 */
export async function prepareEnvFile(directory: string, environment = processEnvironment): Promise<EnvFile> {
  const path = envFilePath(directory, environment)
  const text = await takeVariables(path, environment)
  if (lackingSecrets(environment).length > 0) return holdingLock(`${path}.lock`, () => writeSecrets(path, environment))
  if (text === undefined) return { path, outcome: 'absent', exposed: false }
  const exposed = holdsSecret(text) && (await isReadableByOthers(path))
  if (exposed && settingOf(environment, 'NODE_ENV') === 'production') {
    throw new ConfigurationError([
      `${path} holds secrets, and every user of this machine can read it; run: chmod 600 ${path}`,
    ])
  }
  return { path, outcome: 'read', exposed }
}

/** @returns the environment with the unset variables from the file; both stay as they are */
export async function withEnvFile(directory: string, environment = processEnvironment): Promise<EnvSource> {
  const all = { ...environment }
  await takeVariables(envFilePath(directory, all), all)
  return all
}

function envFilePath(directory: string, environment: EnvSource): string {
  return join(directory, settingOf(environment, 'NODE_ENV') === 'test' ? '.env.test' : '.env')
}

function holdsSecret(text: string): boolean {
  const values = parse(text)
  return SECRETS.some(name => values[name]) || Object.values(values).some(value => PASSWORD_IN_URL.test(value))
}

/** Windows has no such bits. */
async function isReadableByOthers(path: string): Promise<boolean> {
  return process.platform !== 'win32' && ((await stat(path)).mode & READABLE_BY_OTHERS) !== 0
}

async function takeVariables(path: string, environment: EnvSource): Promise<string | undefined> {
  const text = await readText(path)
  const unset = Object.entries(parse(text ?? '')).filter(([name]) => settingOf(environment, name) === undefined)
  Object.assign(environment, Object.fromEntries(unset))
  return text
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw new ConfigurationError([`${path} cannot be read (${codeOf(error)}); make it a file that this user may read`])
  }
}

function lackingSecrets(environment: EnvSource): string[] {
  const isDevelopment = (settingOf(environment, 'NODE_ENV') ?? 'development') === 'development'
  return isDevelopment ? SECRETS.filter(name => settingOf(environment, name) === undefined) : []
}

async function writeSecrets(path: string, environment: EnvSource): Promise<EnvFile> {
  const text = await takeVariables(path, environment)
  const lacking = lackingSecrets(environment)
  if (lacking.length === 0) return { path, outcome: 'read', exposed: false }
  // First, because a copied .env.example is readable by all.
  if (text !== undefined) await keepToOwner(path)
  await append(path, secretLines(lacking, text))
  await takeVariables(path, environment)
  return { path, outcome: 'secret-written', exposed: false }
}

function secretLines(names: string[], text = ''): string {
  const gap = text === '' || text.endsWith('\n') ? '' : '\n'
  const lines = names.map(name => `${name}=${randomBytes(32).toString('base64url')}\n`)
  return `${gap}# Generated at the first start, for development only; never commit it.\n${lines.join('')}`
}

async function keepToOwner(path: string): Promise<void> {
  try {
    await chmod(path, OWNER_ONLY)
  } catch (error) {
    throw unwritable(path, error)
  }
}

async function append(path: string, lines: string): Promise<void> {
  try {
    await appendFile(path, lines, { mode: OWNER_ONLY })
  } catch (error) {
    throw unwritable(path, error)
  }
}

/** Only a killed process leaves a lock behind; the error names it. */
async function holdingLock<T>(lock: string, work: () => Promise<T>): Promise<T> {
  await takeLock(lock, Date.now() + LOCK_WAIT)
  try {
    return await work()
  } finally {
    await rm(lock, { force: true })
  }
}

async function takeLock(lock: string, deadline: number): Promise<void> {
  while (!(await isLockTaken(lock))) {
    if (Date.now() > deadline) {
      throw new ConfigurationError([`${lock} is held by another start; if there is none, delete that file`])
    }
    await delay(LOCK_POLL)
  }
}

async function isLockTaken(lock: string): Promise<boolean> {
  try {
    await writeFile(lock, '', { flag: 'wx', mode: OWNER_ONLY })
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw unwritable(lock, error)
  }
}

function unwritable(path: string, error: unknown): ConfigurationError {
  return new ConfigurationError([
    `${SECRETS.join(' or ')} is not set, and ${path} cannot be written (${codeOf(error)}); make its directory writable, or set both`,
  ])
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}
