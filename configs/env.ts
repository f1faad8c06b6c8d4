import { hostCookieName } from '../src/cookies.ts'
import { brokenRules } from './env/rules.ts'
import { type Env, VARIABLES, type Variable } from './env/variables.ts'

export type { Env } from './env/variables.ts'

/** Variables as a process is given them. */
export type EnvSource = Record<string, string | undefined>

/** The variables of this process; the only mention of them in the project. */
export const processEnvironment: EnvSource = process.env

/** The configuration cannot be used. Each fault is one line: variable, what is wrong, what to write instead. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError'
  readonly faults: string[]

  constructor(faults: string[]) {
    super(faults.join('\n'))
    this.faults = faults
  }
}

/**
 * Reads and checks the configuration; variables it does not know are ignored, empty ones count as unset.
 * @throws ConfigurationError with every fault there is. No value of a private variable is in it (ASVS 16.2.5).
 */
export function loadEnv(source: EnvSource = processEnvironment): Env {
  const { values, faults } = readVariables(source)
  const allFaults = [...faults, ...brokenRules(values)]
  if (allFaults.length > 0) throw new ConfigurationError(allFaults)
  return values as Env
}

/** The value that counts: trimmed, and undefined where nothing is left. */
export function settingOf(source: EnvSource, name: string): string | undefined {
  return source[name]?.trim() || undefined
}

export function isHttps(env: Pick<Env, 'BASE_URL'>): boolean {
  return env.BASE_URL.startsWith('https:')
}

/** The name of the session cookie. */
export function cookieName(env: Pick<Env, 'BASE_URL' | 'SESSION_NAME'>): string {
  return hostCookieName(env.SESSION_NAME, { secure: isHttps(env) })
}

function readVariables(source: EnvSource): { values: Partial<Env>; faults: string[] } {
  const values: Partial<Env> = {}
  const faults: string[] = []
  for (const [name, variable] of Object.entries<Variable>(VARIABLES)) {
    const text = settingOf(source, name) ?? fallbackOf(variable, values)
    const { value, faults: found } = readVariable(name, variable, text)
    if (found.length === 0) Object.assign(values, { [name]: value })
    faults.push(...found)
  }
  return { values, faults }
}

function fallbackOf({ fallback }: Variable, values: Partial<Env>): string | undefined {
  return typeof fallback === 'object' ? fallback.from(values) : fallback
}

function readVariable(
  name: string,
  variable: Variable,
  text: string | undefined,
): { value?: unknown; faults: string[] } {
  if (text === undefined) return { faults: [variable.missing ?? `${name} is not set`] }
  const result = variable.form.schema.safeParse(text)
  if (result.success) return { value: result.data, faults: [] }
  const subject = variable.private ? name : `${name} ${JSON.stringify(text.slice(0, 60))}`
  return { faults: result.error.issues.map(issue => `${subject} ${issue.message}`) }
}
