import { hostCookieName } from '../src/cookies.ts'
import { readCas } from './env/cas.ts'
import { readProviders } from './env/providers.ts'
import { brokenRules } from './env/rules.ts'
import { type Env, VARIABLES, type Variable } from './env/variables.ts'

export type { Env } from './env/variables.ts'

export type EnvSource = Record<string, string | undefined>

/** The only use of `process.env`. */
export const processEnvironment: EnvSource = process.env

/** One line per fault: the variable, what is wrong, what to write. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError'
  readonly faults: string[]

  constructor(faults: string[]) {
    super(faults.join('\n'))
    this.faults = faults
  }
}

/**
 * Ignores unknown variables; empty ones count as unset.
 * @throws ConfigurationError with all faults, but no private value (ASVS 16.2.5)
 */
export function loadEnv(source: EnvSource = processEnvironment): Env {
  const { values, faults } = readVariables(source)
  const providers = [...readCas(source, values.BASE_URL), ...readProviders(source)]
  const PROVIDERS = providers.sort((one, other) => one.name.localeCompare(other.name))
  const allFaults = [...faults, ...brokenRules({ ...values, PROVIDERS })]
  if (allFaults.length > 0) throw new ConfigurationError(allFaults)
  return { ...values, PROVIDERS } as Env
}

/** What can be read without the rest: a faulty variable is absent. `loadEnv` reports the faults. */
export function readableSettings(source: EnvSource): Partial<Env> {
  return readVariables(source).values
}

export function settingOf(source: EnvSource, name: string): string | undefined {
  return source[name]?.trim() || undefined
}

export function isHttps(env: Pick<Env, 'BASE_URL'>): boolean {
  return env.BASE_URL.startsWith('https:')
}

/** The `iss` of ID tokens, and where the OpenID Provider is mounted. */
export function openidIssuer({ BASE_URL }: Pick<Env, 'BASE_URL'>): string {
  return `${BASE_URL}/oidc`
}

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
