import { availableParallelism } from 'node:os'
import type { z } from 'zod'
import { days, hours, minutes, seconds } from '../durations.ts'
import { databaseUrl, listenHost, origin, smtpUrl, trustedProxies } from './addresses.ts'
import {
  choice,
  cookieToken,
  duration,
  durationOrOff,
  type Form,
  flag,
  plainText,
  share,
  wholeNumber,
} from './forms.ts'
import { secretList } from './secrets.ts'

/** What a default may depend on; a variable whose own value was refused is left out. */
type Settled = { NODE_ENV?: string; PORT?: number; BASE_URL?: string }

/** A default that depends: `text` is for the table, `sample` for `.env.example`, `from` for the loader. */
type DerivedDefault = { text: string; sample: string; from: (settled: Settled) => string | undefined }

/**
 * All there is to say about one variable. `fallback` is a default as it would be written; without one, or where it
 * yields nothing, the variable is required and `missing` is the fault. A private value is repeated in no message.
 */
export type Variable = {
  form: Form
  fallback?: string | DerivedDefault
  about: string
  missing?: string
  private?: true
}

const DECADE = { most: days(3650) }
const LOG_LEVELS = ['error', 'warn', 'info', 'http', 'verbose', 'debug', 'sql', 'silly'] as const

/** The one declaration of the configuration: type, loader, table of the README and `.env.example` come from it. */
export const VARIABLES = {
  NODE_ENV: {
    form: choice('development', 'test', 'production'),
    fallback: 'development',
    about: 'What this process is for; several defaults follow it',
  },
  HOST: { form: listenHost(), fallback: '127.0.0.1', about: 'Address to listen on' },
  PORT: { form: wholeNumber(0, 65_535), fallback: '3000', about: 'Port to listen on; 0 takes any free one' },
  BASE_URL: {
    form: origin(),
    fallback: {
      text: '`http://localhost:PORT`; none in production',
      sample: 'http://localhost:3000',
      from: ({ NODE_ENV, PORT }) => (NODE_ENV === 'production' ? undefined : `http://localhost:${PORT ?? 3000}`),
    },
    about: 'Where people reach this server: scheme, host and port',
    missing: 'BASE_URL is not set; in production write the public address, such as https://login.example.org',
    private: true,
  },
  TRUST_PROXY: {
    form: trustedProxies(),
    fallback: 'false',
    about: 'Proxies whose `X-Forwarded-*` is believed; https needs it',
  },
  CONNECTIONS_PER_ADDRESS: {
    form: wholeNumber(1, 10_000),
    fallback: '1000',
    about: 'Most connections from one address that is not a trusted proxy',
  },
  DATABASE_URL: {
    form: databaseUrl(),
    fallback: 'sqlite:data/latchkey.sqlite',
    about: 'Where the data is kept',
    private: true,
  },
  DATABASE_POOL: { form: wholeNumber(1, 1000), fallback: '10', about: 'Most connections to PostgreSQL' },
  SQLITE_SYNCHRONOUS: {
    form: choice('FULL', 'NORMAL'),
    fallback: 'FULL',
    about:
      'FULL keeps all that was answered through a power failure; NORMAL is faster and can lose the last seconds of it',
  },
  SITE_NAME: { form: plainText(60), fallback: 'Latchkey', about: 'Name shown on pages and in mails' },

  SESSION_NAME: {
    form: cookieToken(),
    fallback: 'connect.sid',
    about: 'Name of the cookie; over https `__Host-` is put in front',
  },
  SESSION_SECRET: {
    form: secretList(),
    about: 'Signs the cookie: the first signs, all verify; development writes one into `.env`',
    missing: 'Cookie session secret not set! Set a SESSION_SECRET environment variable.',
    private: true,
  },
  ENCRYPTION_KEYS: {
    form: secretList(),
    about: 'Encrypts what must be read again: the first seals, all open; development writes one into `.env`',
    missing: 'ENCRYPTION_KEYS is not set; write one made by the command in .env.example',
    private: true,
  },
  SESSION_IDLE: { form: duration(DECADE), fallback: '24h', about: 'A session ends after this long without a request' },
  SESSION_ABSOLUTE: { form: duration(DECADE), fallback: '24h', about: 'A session ends this long after sign-in' },
  SESSION_REMEMBER: { form: duration(DECADE), fallback: '30d', about: 'Both limits of a sign-in with "remember me"' },
  SESSION_TOUCH_SHARE: {
    form: share(0, 0.5),
    fallback: '0.01',
    about: 'Part of the idle limit that must pass before it is written again',
  },
  SESSION_CACHE: { form: wholeNumber(0, 10_000_000), fallback: '20000', about: 'Sessions kept in memory; 0 is none' },
  SESSION_SWEEP: { form: duration({ most: hours(24) }), fallback: '1m', about: 'How often old rows are removed' },
  SESSION_TOMBSTONES: { form: duration(DECADE), fallback: '7d', about: 'How long an ended session is remembered' },

  ACCESS_TOKEN_LIFETIME: {
    form: duration({ least: seconds(10), most: minutes(10) }),
    fallback: '10m',
    about: 'How long an access token of POST /auth/token lasts',
  },
  TOKEN_AUDIENCE: {
    form: plainText(255),
    fallback: {
      text: 'BASE_URL and `/api`',
      sample: 'http://localhost:3000/api',
      from: ({ BASE_URL }) => `${BASE_URL ?? ''}/api`,
    },
    about: 'For whom access tokens are: their `aud`',
  },
  TOKEN_LIFETIME_MAX: {
    form: duration({ least: days(1), most: days(3650) }),
    fallback: '365d',
    about: 'Longest lifetime of a personal access token',
  },
  SIGNING_KEY_AGE: {
    form: duration({ least: hours(1), most: days(365) }),
    fallback: '30d',
    about: 'A new key signs access tokens after this long',
  },

  REGISTRATION: { form: choice('open', 'closed', 'invite'), fallback: 'open', about: 'Who may register' },
  MFA_REQUIRED: {
    form: choice('off', 'admins', 'all'),
    fallback: 'off',
    about:
      'Which users need a second factor; `admins` are those with an administrative permission. Users without one enrol at sign-in',
  },
  REAUTHENTICATION_AGE: {
    form: duration({ least: seconds(10), most: hours(1) }),
    fallback: '5m',
    about: 'How old the last proof of who one is may be at a sensitive step',
  },
  BYPASS_AUTH: { form: flag(), fallback: 'false', about: 'Sign-in without a password; never in production' },
  BCRYPT_COST: { form: wholeNumber(4, 15), fallback: '12', about: 'Work per password, 10 to 15; less in tests only' },
  HASH_THREADS: {
    form: wholeNumber(1, 256),
    fallback: { text: 'available cores', sample: '4', from: () => String(Math.min(availableParallelism(), 256)) },
    about: 'Passwords hashed at a time',
  },
  HASH_QUEUE: {
    form: wholeNumber(1, 100_000),
    fallback: '32',
    about: 'Passwords that may wait; more are turned away',
  },
  LOGIN_LIMIT_WINDOW: {
    form: duration({ least: seconds(1), most: days(7) }),
    fallback: '15m',
    about: 'Span of the limits below',
  },
  LOGIN_LIMIT_ACCOUNT_CLIENT: limit('10', 'Failed sign-ins to an account from one client'),
  LOGIN_LIMIT_ACCOUNT: limit('50', 'Failed sign-ins to an account from anywhere'),
  LOGIN_LIMIT_CLIENT: limit('100', 'Failed sign-ins from one client'),
  LOGIN_LIMIT_REGISTER: limit('20', 'Registrations from one client'),
  LOGIN_LIMIT_SECOND_FACTOR: limit('20', 'Wrong second factors of an account from anywhere'),
  MAIL_LIMIT_CLIENT: limit('20', 'Requests for a mail from one client'),
  MAIL_LIMIT_ADDRESS: limit('5', 'Requests for a mail to one address'),
  LINK_LIMIT_CLIENT: limit('50', 'Tries at links of mails from one client'),
  WRITE_LIMIT_USER: limit('120', 'Writes of one signed-in user per minute and process'),
  WRITE_LIMIT_ADMIN: limit('3000', 'The same for users with an administrative permission'),
  BREACHED_PASSWORDS: {
    form: choice('offline', 'hibp'),
    fallback: 'offline',
    about: 'Where new passwords are looked up: in the list that comes along, or also at HIBP_URL',
  },
  HIBP_URL: {
    form: origin(),
    fallback: 'https://api.pwnedpasswords.com',
    about: 'Service of breached passwords with the range API; it is sent five digits of a hash',
  },

  SMTP_URL: {
    form: smtpUrl(),
    fallback: { text: 'none', sample: '', from: () => '' },
    about: 'Mail server; without one, development writes mails to `data/outbox`, elsewhere they wait in the database',
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
    about: 'After this long, an account is deleted that was never verified nor signed in to',
  },
  AUDIT_RETENTION: { form: duration(DECADE), fallback: '365d', about: 'How long security events are kept' },

  LOG_LEVEL: {
    form: choice(...LOG_LEVELS),
    fallback: byEnvironment({ development: 'http', test: 'error', production: 'info' }),
    about: 'Most detailed level that is logged',
  },
  LOG_FORMAT: {
    form: choice('json', 'pretty'),
    fallback: byEnvironment({ development: 'pretty', test: 'pretty', production: 'json' }),
    about: 'Form of a line of the log',
  },
  OPENAPI_VISIBLE: {
    form: flag(),
    fallback: byEnvironment({ development: 'true', test: 'true', production: 'false' }),
    about: 'Serves `/docs` and `/openapi.json`',
  },
  SHUTDOWN_DELAY: {
    form: duration({ least: 0, most: minutes(10) }),
    fallback: byEnvironment({ development: '0s', test: '0s', production: '1s' }),
    about: 'When stopping, how long `/readyz` says 503 while requests are still answered',
  },
  SHUTDOWN_TIMEOUT: {
    form: duration({ most: minutes(10) }),
    fallback: '10s',
    about: 'Longest wait when stopping, after SHUTDOWN_DELAY',
  },
} satisfies Record<string, Variable>

/** The configuration as the code sees it: durations in milliseconds, lists as arrays. */
export type Env = {
  [Name in keyof typeof VARIABLES]: z.output<(typeof VARIABLES)[Name]['form']['schema']>
}

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
