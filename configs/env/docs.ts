import { SECRET_COMMAND } from './secrets.ts'
import { VARIABLES, type Variable } from './variables.ts'

const START = '<!-- config:start -->'
const END = '<!-- config:end -->'
const UNITS = 'A duration is a whole number and a unit: `500ms`, `10s`, `15m`, `24h`, `30d`.'

type Name = keyof typeof VARIABLES

export const GROUPS: { title: string; names: Name[] }[] = [
  {
    title: 'Every installation',
    names: ['NODE_ENV', 'BASE_URL', 'HOST', 'PORT', 'TRUST_PROXY', 'DATABASE_URL', 'SESSION_SECRET', 'ENCRYPTION_KEYS'],
  },
  { title: 'Name and mail', names: ['SITE_NAME', 'SMTP_URL', 'MAIL_FROM'] },
  {
    title: 'Your look',
    names: ['SITE_COLOR', 'SITE_LOGO', 'SITE_TERMS_URL', 'SITE_PRIVACY_URL', 'SITE_HELP_URL', 'CUSTOM_CSS'],
  },
  {
    title: 'Who gets in',
    names: [
      'REGISTRATION',
      'SIGN_IN_WITH',
      'SIGN_IN_FORM',
      'UNVERIFIED_ACCOUNTS',
      'MFA_REQUIRED',
      'REAUTHENTICATION_AGE',
      'BREACHED_PASSWORDS',
      'HIBP_URL',
      'BYPASS_AUTH',
    ],
  },
  {
    title: 'Sessions',
    names: [
      'SESSION_STORE',
      'SESSION_NAME',
      'SESSION_IDLE',
      'SESSION_ABSOLUTE',
      'SESSION_REMEMBER',
      'SESSION_TOUCH_SHARE',
      'SESSION_CACHE',
      'SESSION_SWEEP',
      'SESSION_TOMBSTONES',
    ],
  },
  {
    title: 'Tokens for /api',
    names: ['ACCESS_TOKEN_LIFETIME', 'TOKEN_AUDIENCE', 'TOKEN_LIFETIME_MAX', 'SIGNING_KEY_AGE'],
  },
  {
    title: 'Sign-in for other applications',
    names: ['OPENID_PROVIDER', 'OPENID_DPOP', 'OPENID_PAR', 'OPENID_CLIENT_METADATA', 'FORWARD_AUTH', 'CLIENTS_FILE'],
  },
  {
    title: 'Limits',
    names: [
      'LOGIN_LIMIT_WINDOW',
      'LOGIN_LIMIT_ACCOUNT_CLIENT',
      'LOGIN_LIMIT_ACCOUNT',
      'LOGIN_LIMIT_CLIENT',
      'LOGIN_LIMIT_REGISTER',
      'LOGIN_LIMIT_SECOND_FACTOR',
      'MAIL_LIMIT_CLIENT',
      'MAIL_LIMIT_ADDRESS',
      'LINK_LIMIT_CLIENT',
      'WRITE_LIMIT_USER',
      'WRITE_LIMIT_ADMIN',
      'CONNECTIONS_PER_ADDRESS',
    ],
  },
  {
    title: 'Operation',
    names: [
      'LOG_LEVEL',
      'LOG_FORMAT',
      'AUDIT_RETENTION',
      'WORKERS',
      'METRICS_PORT',
      'METRICS_HOST',
      'TRACING',
      'OPENAPI_VISIBLE',
      'HSTS_SUBDOMAINS',
      'SHUTDOWN_DELAY',
      'SHUTDOWN_TIMEOUT',
      'DATABASE_POOL',
      'REDIS_URL',
      'REDIS_PREFIX',
      'SQLITE_SYNCHRONOUS',
      'BCRYPT_COST',
      'HASH_THREADS',
      'HASH_QUEUE',
    ],
  },
]

const ESSENTIAL: Name[] = [
  'NODE_ENV',
  'BASE_URL',
  'TRUST_PROXY',
  'DATABASE_URL',
  'SESSION_SECRET',
  'ENCRYPTION_KEYS',
  'SMTP_URL',
  'SITE_NAME',
  'REGISTRATION',
  'MFA_REQUIRED',
]

export function configTables(): string {
  const sections = GROUPS.map(({ title, names }) => `## ${title}\n\n${tableOf(names)}`)
  const providers =
    '## Sign in with others\n\n`OIDC_<NAME>_…`: see [sign-in-with.md](sign-in-with.md).\n\n`CAS_…`: see [sign-in-with-cas.md](sign-in-with-cas.md).'
  return [`${UNITS} An empty variable counts as unset.`, ...sections, providers].join('\n\n')
}

export function essentialTable(): string {
  return tableOf(ESSENTIAL)
}

/** @param variables their meanings by name, for docs/sign-in-with.md and docs/sign-in-with-cas.md */
export function providerTable(variables: Record<string, string>): string {
  const rows = Object.entries(variables).map(([name, about]) => `| \`${name}\` | ${about.replaceAll('|', '\\|')} |`)
  return ['| Variable | Meaning |', '|---|---|', ...rows].join('\n')
}

export function envExample(): string {
  const head = [
    '# Copy to .env and uncomment what you change. Generated from configs/env/variables.ts by `npm run docs:config`.',
    `# ${plain(UNITS)}`,
  ]
  const groups = GROUPS.flatMap(({ title, names }) => [[`## ${title}`], ...names.map(exampleOf)])
  return `${[head, ...groups].map(lines => lines.join('\n')).join('\n\n')}\n`
}

/** @throws Error if a marker is missing */
export function withTables(page: string, tables: string): string {
  const start = page.indexOf(START)
  const end = page.indexOf(END)
  if (start === -1 || end < start) throw new Error(`The page needs a line ${START} and, below it, a line ${END}`)
  return `${page.slice(0, start)}${START}\n${tables}\n${page.slice(end)}`
}

function tableOf(names: Name[]): string {
  const rows = names.map(name => `| \`${name}\` | ${defaultOf(VARIABLES[name])} | ${meaningOf(VARIABLES[name])} |`)
  return ['| Variable | Default | Meaning |', '|---|---|---|', ...rows].join('\n')
}

function defaultOf({ fallback }: Variable): string {
  if (fallback === undefined) return 'required'
  if (fallback === '') return 'none'
  return typeof fallback === 'object' ? fallback.text : `\`${fallback}\``
}

function meaningOf({ about, form }: Variable): string {
  return form.written ? `${about} (${form.written})` : about
}

function exampleOf(name: Name): string[] {
  const variable: Variable = VARIABLES[name]
  const { fallback } = variable
  const meaning = `# ${plain(meaningOf(variable))}`
  if (fallback === undefined) return [meaning, `# Generate one: ${SECRET_COMMAND}`, `${name}=`]
  if (typeof fallback === 'string') return [meaning, `# ${name}=${fallback}`]
  return [meaning, `# Default: ${plain(fallback.text)}`, `# ${name}=${fallback.sample}`]
}

function plain(markdown: string): string {
  return markdown.replaceAll('`', '')
}
