import { availableParallelism } from 'node:os'
import type { z } from 'zod'
import { days, hours, minutes, seconds } from '../../src/durations.ts'
import { databaseUrl, listenHost, origin, redisUrl, smtpUrl, trustedProxies } from './addresses.ts'
import {
  choice,
  cookieToken,
  duration,
  durationOrOff,
  type Form,
  filePath,
  flag,
  hexColor,
  linkUrl,
  plainText,
  portOrOff,
  share,
  someOf,
  wholeNumber,
  wholeNumberOrAuto,
} from './forms.ts'
import type { ProviderSettings } from './providers.ts'
import { secretList } from './secrets.ts'

/** Refused values are absent. */
type Settled = { NODE_ENV?: string; PORT?: number; BASE_URL?: string; WORKERS?: number }

/** `text` for the docs, `sample` for `.env.example`, `from` for the loader. */
type DerivedDefault = { text: string; sample: string; from: (settled: Settled) => string | undefined }

/** Required without a `fallback`; `missing` is then the error. Messages hide private values. */
export type Variable = {
  form: Form
  fallback?: string | DerivedDefault
  about: string
  missing?: string
  private?: true
}

const DECADE = { most: days(3650) }
const LOG_LEVELS = ['error', 'warn', 'info', 'http', 'verbose', 'debug', 'sql', 'silly'] as const

/** The source of types, loader, docs and `.env.example`. */
export const VARIABLES = {
  NODE_ENV: {
    form: choice('development', 'test', 'production'),
    fallback: 'development',
    about: 'Environment; several defaults depend on it',
  },
  HOST: { form: listenHost(), fallback: '127.0.0.1', about: 'Address to listen on' },
  PORT: { form: wholeNumber(0, 65_535), fallback: '3000', about: 'Port to listen on; 0 takes any free one' },
  WORKERS: {
    form: wholeNumberOrAuto(1, 256, availableParallelism),
    fallback: '1',
    about: 'Processes that serve requests; auto takes one for each available core',
  },
  BASE_URL: {
    form: origin(),
    fallback: {
      text: '`http://localhost:PORT`; none in production',
      sample: 'http://localhost:3000',
      from: ({ NODE_ENV, PORT }) => (NODE_ENV === 'production' ? undefined : `http://localhost:${PORT ?? 3000}`),
    },
    about: 'Public address of this server: scheme, host and port',
    missing: 'BASE_URL is not set; in production write the public address, such as https://login.example.org',
    private: true,
  },
  TRUST_PROXY: {
    form: trustedProxies(),
    fallback: 'false',
    about: 'Proxies whose `X-Forwarded-*` headers are trusted; required for https',
  },
  HSTS_SUBDOMAINS: {
    form: flag(),
    fallback: 'false',
    about: 'Tells browsers to use https for every host below that of BASE_URL too, for two years',
  },
  CONNECTIONS_PER_ADDRESS: {
    form: wholeNumber(1, 10_000),
    fallback: '1000',
    about: 'Maximum connections from one address, trusted proxies excepted',
  },
  DATABASE_URL: {
    form: databaseUrl(),
    fallback: 'sqlite:data/latchkey.sqlite',
    about: 'Database; several hosts of PostgreSQL are separated by commas, and the one that takes writes is used',
    private: true,
  },
  DATABASE_POOL: { form: wholeNumber(1, 1000), fallback: '10', about: 'Maximum connections to PostgreSQL' },
  SQLITE_SYNCHRONOUS: {
    form: choice('FULL', 'NORMAL'),
    fallback: 'FULL',
    about:
      'With FULL, nothing that was answered is lost in a power failure; NORMAL is faster and can lose the last seconds',
  },
  REDIS_URL: {
    form: redisUrl(),
    fallback: { text: 'none', sample: '', from: () => '' },
    about: 'Redis, which then counts the limits; with SESSION_STORE=redis it also keeps what sessions contain',
    private: true,
  },
  REDIS_PREFIX: {
    form: plainText(60),
    fallback: 'latchkey:',
    about: 'Begins all names in Redis, so that several installations can share one',
  },
  SITE_NAME: { form: plainText(60), fallback: 'Latchkey', about: 'Name of your site on pages and in mails' },
  SITE_COLOR: {
    form: hexColor(),
    fallback: '',
    about: 'Color of buttons and links. Shades that are readable in light and dark follow from it',
  },
  SITE_LOGO: {
    form: filePath(),
    fallback: '',
    about: 'Picture beside the name: SVG, PNG, WebP or JPEG of at most 100 kB',
  },
  SITE_TERMS_URL: { form: linkUrl(), fallback: '', about: 'Your terms of use, linked below every page' },
  SITE_PRIVACY_URL: { form: linkUrl(), fallback: '', about: 'Your privacy policy, linked below every page' },
  SITE_HELP_URL: { form: linkUrl(), fallback: '', about: 'Where users get help, linked below every page and mail' },
  CUSTOM_CSS: { form: filePath(), fallback: '', about: 'Stylesheet of yours that every page loads after its own' },

  SESSION_STORE: {
    form: choice('database', 'redis'),
    fallback: 'database',
    about: 'Where the contents of sessions are kept. The database always decides which sessions are live',
  },
  SESSION_NAME: {
    form: cookieToken(),
    fallback: 'connect.sid',
    about: 'Name of the session cookie; prefixed with `__Host-` over https',
  },
  SESSION_SECRET: {
    form: secretList(),
    about:
      'Secrets that sign the session cookie: the first signs, all verify. In development the first start writes one to `.env`',
    missing: 'Cookie session secret not set! Set a SESSION_SECRET environment variable.',
    private: true,
  },
  ENCRYPTION_KEYS: {
    form: secretList(),
    about:
      'Keys for what is stored encrypted: the first encrypts, all decrypt. In development the first start writes one to `.env`',
    missing: 'ENCRYPTION_KEYS is not set; write one made by the command in .env.example',
    private: true,
  },
  SESSION_IDLE: {
    form: duration(DECADE),
    fallback: '24h',
    about: 'Idle limit: a session ends after this long without a request',
  },
  SESSION_ABSOLUTE: {
    form: duration(DECADE),
    fallback: '24h',
    about: 'Absolute limit: a session ends this long after sign-in',
  },
  SESSION_REMEMBER: {
    form: duration(DECADE),
    fallback: '30d',
    about: 'Both limits after a sign-in with "remember me"',
  },
  SESSION_TOUCH_SHARE: {
    form: share(0, 0.5),
    fallback: '0.01',
    about: 'Share of the idle limit that passes before last use is written again',
  },
  SESSION_CACHE: {
    form: wholeNumber(0, 10_000_000),
    fallback: '20000',
    about: 'Sessions cached in memory; 0 turns the cache off',
  },
  SESSION_SWEEP: { form: duration({ most: hours(24) }), fallback: '1m', about: 'Interval for removing expired rows' },
  SESSION_TOMBSTONES: {
    form: duration(DECADE),
    fallback: '7d',
    about: 'How long an ended session and its reason are kept',
  },

  ACCESS_TOKEN_LIFETIME: {
    form: duration({ least: seconds(10), most: minutes(10) }),
    fallback: '10m',
    about: 'Lifetime of an access token from `POST /auth/token`',
  },
  TOKEN_AUDIENCE: {
    form: plainText(255),
    fallback: {
      text: 'BASE_URL and `/api`',
      sample: 'http://localhost:3000/api',
      from: ({ BASE_URL }) => `${BASE_URL ?? ''}/api`,
    },
    about: 'The `aud` claim of access tokens',
  },
  TOKEN_LIFETIME_MAX: {
    form: duration({ least: days(1), most: days(3650) }),
    fallback: '365d',
    about: 'Longest lifetime of a personal access token',
  },
  SIGNING_KEY_AGE: {
    form: duration({ least: hours(1), most: days(365) }),
    fallback: '30d',
    about: 'The key that signs access tokens is replaced after this long',
  },

  REGISTRATION: { form: choice('open', 'closed', 'invite'), fallback: 'open', about: 'Who may register' },
  SIGN_IN_WITH: {
    form: someOf('password', 'passkey', 'email'),
    fallback: 'password,passkey',
    about: 'Ways to sign in. Without `password` no account has one; `email` sends a link and a code',
  },
  SIGN_IN_FORM: {
    form: choice('one', 'identifier-first'),
    fallback: 'one',
    about: 'Whether the page asks for name and password on one form, or for the password after the name',
  },
  MFA_REQUIRED: {
    form: choice('off', 'admins', 'all'),
    fallback: 'off',
    about:
      'Which users need a second factor; `admins` are those with an administrative permission. Users without one enroll at sign-in',
  },
  REAUTHENTICATION_AGE: {
    form: duration({ least: seconds(10), most: hours(1) }),
    fallback: '5m',
    about: 'A sensitive step asks for the password or second factor again if the last proof is older',
  },
  BYPASS_AUTH: { form: flag(), fallback: 'false', about: 'Signs in without a password, for local development only' },
  BCRYPT_COST: { form: wholeNumber(4, 15), fallback: '12', about: 'bcrypt cost, 10 to 15; lower values are for tests' },
  HASH_THREADS: {
    form: wholeNumber(1, 256),
    fallback: {
      text: 'available cores / WORKERS',
      sample: '4',
      from: ({ WORKERS = 1 }) => String(hashThreads(WORKERS)),
    },
    about: 'Threads of each process that hash passwords',
  },
  HASH_QUEUE: {
    form: wholeNumber(1, 100_000),
    fallback: '32',
    about: 'Passwords that may wait to be hashed; the next request gets 503',
  },
  LOGIN_LIMIT_WINDOW: {
    form: duration({ least: seconds(1), most: days(7) }),
    fallback: '15m',
    about: 'Time window of the limits below',
  },
  LOGIN_LIMIT_ACCOUNT_CLIENT: limit('10', 'Failed sign-ins to an account from one client'),
  LOGIN_LIMIT_ACCOUNT: limit('50', 'Failed sign-ins to an account from anywhere'),
  LOGIN_LIMIT_CLIENT: limit('100', 'Failed sign-ins from one client'),
  LOGIN_LIMIT_REGISTER: limit('20', 'Registrations from one client'),
  LOGIN_LIMIT_SECOND_FACTOR: limit('20', 'Wrong second factors for an account from anywhere'),
  MAIL_LIMIT_CLIENT: limit('20', 'Requests for mails from one client'),
  MAIL_LIMIT_ADDRESS: limit('5', 'Requests for mails to one address'),
  LINK_LIMIT_CLIENT: limit('50', 'Attempts at mailed links from one client'),
  WRITE_LIMIT_USER: limit('120', 'Writes of one signed-in user per minute and process'),
  WRITE_LIMIT_ADMIN: limit('3000', 'The same for users with an administrative permission'),
  BREACHED_PASSWORDS: {
    form: choice('offline', 'hibp'),
    fallback: 'offline',
    about: 'Where new passwords are checked for breaches: against the built-in list, or also at HIBP_URL',
  },
  HIBP_URL: {
    form: origin(),
    fallback: 'https://api.pwnedpasswords.com',
    about: 'Service with the range API of Have I Been Pwned; it receives five digits of a hash',
  },

  OPENID_PROVIDER: {
    form: flag(),
    fallback: 'false',
    about: 'Signs users in to other applications by OpenID Connect, under `/oidc`',
  },
  OPENID_DPOP: {
    form: flag(),
    fallback: 'false',
    about: 'Applications may bind their tokens to a key of theirs (DPoP, RFC 9449)',
  },
  OPENID_PAR: {
    form: flag(),
    fallback: 'false',
    about: 'Applications may send their requests ahead of the browser (PAR, RFC 9126)',
  },
  OPENID_CLIENT_METADATA: {
    form: flag(),
    fallback: 'false',
    about:
      'Accepts applications that nobody registered, by the https address of a document about them (Client ID Metadata Document); users are always asked',
  },
  FORWARD_AUTH: {
    form: flag(),
    fallback: 'false',
    about: 'Answers the sub-requests of a proxy that protects other applications',
  },
  CLIENTS_FILE: {
    form: plainText(1000),
    fallback: 'clients.yaml',
    about: 'File that lists the applications and the hosts behind a proxy; it may be absent',
  },

  SMTP_URL: {
    form: smtpUrl(),
    fallback: { text: 'none', sample: '', from: () => '' },
    about: 'Mail server. Without one, mails go to `data/outbox` in development and wait in the database otherwise',
    private: true,
  },
  MAIL_FROM: {
    form: plainText(254),
    fallback: {
      text: '`noreply@` the host of BASE_URL',
      sample: 'noreply@localhost',
      from: ({ BASE_URL }) => `noreply@${BASE_URL ? new URL(BASE_URL).hostname : 'localhost'}`,
    },
    about: 'Sender of mails',
  },
  UNVERIFIED_ACCOUNTS: {
    form: durationOrOff({ least: days(1), most: days(3650) }),
    fallback: 'off',
    about: 'Accounts that were neither verified nor used are deleted after this long',
  },
  AUDIT_RETENTION: { form: duration(DECADE), fallback: '365d', about: 'How long security events are kept' },

  LOG_LEVEL: {
    form: choice(...LOG_LEVELS),
    fallback: byEnvironment({ development: 'http', test: 'error', production: 'info' }),
    about: 'Most detailed level in the log',
  },
  LOG_FORMAT: {
    form: choice('json', 'pretty'),
    fallback: byEnvironment({ development: 'pretty', test: 'pretty', production: 'json' }),
    about: 'Format of the log',
  },
  OPENAPI_VISIBLE: {
    form: flag(),
    fallback: byEnvironment({ development: 'true', test: 'true', production: 'false' }),
    about: 'Serves `/docs` and `/openapi.json`',
  },
  METRICS_PORT: {
    form: portOrOff(),
    fallback: 'off',
    about: 'Port of `/metrics` for Prometheus, which should not be reachable from outside',
  },
  METRICS_HOST: { form: listenHost(), fallback: '127.0.0.1', about: 'Address of `/metrics` to listen on' },
  TRACING: {
    form: flag(),
    fallback: 'false',
    about: 'Makes OpenTelemetry spans for the SDK that `--import` loads',
  },
  SHUTDOWN_DELAY: {
    form: duration({ least: 0, most: minutes(10) }),
    fallback: byEnvironment({ development: '0s', test: '0s', production: '1s' }),
    about: 'On shutdown, how long `/readyz` answers 503 while requests are still served',
  },
  SHUTDOWN_TIMEOUT: {
    form: duration({ most: minutes(10) }),
    fallback: '10s',
    about: 'On shutdown, maximum wait for open requests after SHUTDOWN_DELAY',
  },
} satisfies Record<string, Variable>

/** Durations in milliseconds, lists as arrays. */
export type Env = {
  [Name in keyof typeof VARIABLES]: z.output<(typeof VARIABLES)[Name]['form']['schema']>
} & { PROVIDERS: ProviderSettings[] }

function limit(fallback: string, about: string) {
  return { form: wholeNumber(1, 1_000_000), fallback, about }
}

function byEnvironment(defaults: { development: string; test: string; production: string }): DerivedDefault {
  const others = (['test', 'production'] as const).filter(name => defaults[name] !== defaults.development)
  return {
    text: [`\`${defaults.development}\``, ...others.map(name => `${name}: \`${defaults[name]}\``)].join('; '),
    sample: defaults.development,
    from: ({ NODE_ENV }) => Object.entries(defaults).find(([name]) => name === NODE_ENV)?.[1] ?? defaults.development,
  }
}

function hashThreads(workers: number): number {
  return Math.min(256, Math.max(1, Math.floor(availableParallelism() / workers)))
}
