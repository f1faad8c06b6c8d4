import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parse } from 'dotenv'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CAS_VARIABLES } from '../../configs/env/cas.ts'
import { configTables, envExample, essentialTable, GROUPS, providerTable, withTables } from '../../configs/env/docs.ts'
import { prepareEnvFile } from '../../configs/env/file.ts'
import { PROVIDER_VARIABLES } from '../../configs/env/providers.ts'
import { VARIABLES } from '../../configs/env/variables.ts'
import { ConfigurationError, cookieName, type EnvSource, isHttps, loadEnv as load } from '../../configs/env.ts'
import { days, formatDuration, hours, minutes, parseDuration, seconds } from '../../src/durations.ts'

const SECRET = 'vG1rQ8yTzXw4KpLm2NbC7dHs9JfAeU3iO5tYgR6qWxE'
const OTHER_SECRET = 'b7Qk0ZcVnM5xPjLr8TsWdY2uHgF4eAi1oN9tEyC3lKv'
const KEY = 'm2Xc8LrT5vBn0QwZ7kYs4JdHf9GpAeU1iO6tRgNqWxE'
const SECRET_UNSET = 'Cookie session secret not set! Set a SESSION_SECRET environment variable.'
/** The id of a user who owns nothing. */
const NOBODY = 65534
const DEVELOPMENT = { SESSION_SECRET: SECRET }
const PRODUCTION = {
  NODE_ENV: 'production',
  SESSION_SECRET: SECRET,
  BASE_URL: 'https://login.example.org',
  TRUST_PROXY: '1',
}

/** What each case is about is something else than the encryption keys, unless it says so. */
const loadEnv = (source: EnvSource) => load({ ENCRYPTION_KEYS: KEY, ...source })

function errorOf(source: EnvSource): ConfigurationError {
  try {
    loadEnv(source)
  } catch (error) {
    if (error instanceof ConfigurationError) return error
    throw error
  }
  throw new Error('the configuration was accepted')
}

describe('the configuration', () => {
  test('needs nothing but a secret, and has the documented defaults', () => {
    expect(loadEnv(DEVELOPMENT)).toEqual({
      NODE_ENV: 'development',
      HOST: '127.0.0.1',
      PORT: 3000,
      WORKERS: 1,
      METRICS_PORT: undefined,
      METRICS_HOST: '127.0.0.1',
      TRACING: false,
      BASE_URL: 'http://localhost:3000',
      TRUST_PROXY: false,
      UNVERIFIED_ACCOUNTS: 0,
      HSTS_SUBDOMAINS: false,
      CONNECTIONS_PER_ADDRESS: 1000,
      DATABASE_URL: 'sqlite:data/latchkey.sqlite',
      DATABASE_POOL: 10,
      SQLITE_SYNCHRONOUS: 'FULL',
      REDIS_URL: '',
      REDIS_PREFIX: 'latchkey:',
      SITE_NAME: 'Latchkey',
      SESSION_STORE: 'database',
      SITE_COLOR: '',
      SITE_LOGO: '',
      SITE_TERMS_URL: '',
      SITE_PRIVACY_URL: '',
      SITE_HELP_URL: '',
      CUSTOM_CSS: '',
      SESSION_NAME: 'connect.sid',
      SESSION_SECRET: [SECRET],
      ENCRYPTION_KEYS: [KEY],
      SESSION_IDLE: 86_400_000,
      SESSION_ABSOLUTE: 86_400_000,
      SESSION_REMEMBER: 2_592_000_000,
      SESSION_TOUCH_SHARE: 0.01,
      SESSION_CACHE: 20_000,
      SESSION_SWEEP: 60_000,
      SESSION_TOMBSTONES: 604_800_000,
      ACCESS_TOKEN_LIFETIME: 600_000,
      TOKEN_AUDIENCE: 'http://localhost:3000/api',
      TOKEN_LIFETIME_MAX: 31_536_000_000,
      SIGNING_KEY_AGE: 2_592_000_000,
      OPENID_PROVIDER: false,
      OPENID_DPOP: false,
      OPENID_PAR: false,
      OPENID_CLIENT_METADATA: false,
      FORWARD_AUTH: false,
      CLIENTS_FILE: 'clients.yaml',
      REGISTRATION: 'open',
      MFA_REQUIRED: 'off',
      REAUTHENTICATION_AGE: 300_000,
      BYPASS_AUTH: false,
      BCRYPT_COST: 12,
      HASH_THREADS: expect.toSatisfy((count: number) => count >= 1),
      HASH_QUEUE: 32,
      LOGIN_LIMIT_WINDOW: 900_000,
      LOGIN_LIMIT_ACCOUNT_CLIENT: 10,
      LOGIN_LIMIT_ACCOUNT: 50,
      LOGIN_LIMIT_CLIENT: 100,
      LOGIN_LIMIT_REGISTER: 20,
      LOGIN_LIMIT_SECOND_FACTOR: 20,
      MAIL_LIMIT_CLIENT: 20,
      MAIL_LIMIT_ADDRESS: 5,
      LINK_LIMIT_CLIENT: 50,
      WRITE_LIMIT_USER: 120,
      WRITE_LIMIT_ADMIN: 3000,
      BREACHED_PASSWORDS: 'offline',
      HIBP_URL: 'https://api.pwnedpasswords.com',
      SIGN_IN_WITH: ['password', 'passkey'],
      SIGN_IN_FORM: 'one',
      SMTP_URL: '',
      MAIL_FROM: 'noreply@localhost',
      AUDIT_RETENTION: 31_536_000_000,
      LOG_LEVEL: 'http',
      LOG_FORMAT: 'pretty',
      OPENAPI_VISIBLE: true,
      SHUTDOWN_DELAY: 0,
      SHUTDOWN_TIMEOUT: 10_000,
      PROVIDERS: [],
    })
  })

  test.each([
    ['production', PRODUCTION, { LOG_LEVEL: 'info', LOG_FORMAT: 'json', OPENAPI_VISIBLE: false }],
    [
      'test',
      { NODE_ENV: 'test', SESSION_SECRET: SECRET },
      { LOG_LEVEL: 'error', LOG_FORMAT: 'pretty', OPENAPI_VISIBLE: true },
    ],
  ])('has the defaults of %s', (_name, source, defaults) => {
    expect(loadEnv(source)).toMatchObject(defaults)
  })

  test('derives the base URL from the port', () => {
    expect(loadEnv({ ...DEVELOPMENT, PORT: '8080' }).BASE_URL).toBe('http://localhost:8080')
  })

  test('counts an empty or blank variable as unset', () => {
    expect(loadEnv({ ...DEVELOPMENT, PORT: '', HOST: '  ' })).toMatchObject({ PORT: 3000, HOST: '127.0.0.1' })
  })

  test('ignores variables that it does not know, and leaves its source as it was', () => {
    const source = Object.freeze({ ...DEVELOPMENT, PATH: '/bin', SESION_IDLE: 'typo' })
    expect(Object.keys(loadEnv(source))).not.toContain('PATH')
  })

  test.each<[string, string, unknown]>([
    ['BYPASS_AUTH', 'true', true],
    ['BYPASS_AUTH', '1', true],
    ['BYPASS_AUTH', 'false', false],
    ['OPENAPI_VISIBLE', '0', false],
    ['OPENAPI_VISIBLE', 'FALSE', false],
    ['PORT', '0', 0],
    ['WORKERS', '4', 4],
    ['WORKERS', 'auto', availableParallelism()],
    ['METRICS_PORT', '9464', 9464],
    ['METRICS_PORT', 'off', undefined],
    ['TRACING', 'true', true],
    ['HOST', '::1', '::1'],
    ['HOST', 'db-1.internal', 'db-1.internal'],
    ['SITE_NAME', 'Größe & Söhne', 'Größe & Söhne'],
    ['SITE_COLOR', '#0B5F94', '#0b5f94'],
    ['SITE_LOGO', 'branding/logo.svg', 'branding/logo.svg'],
    ['SITE_TERMS_URL', 'https://example.org/terms', 'https://example.org/terms'],
    ['SITE_TERMS_URL', 'http://example.org/terms', 'http://example.org/terms'],
    ['SITE_PRIVACY_URL', 'https://example.org/privacy', 'https://example.org/privacy'],
    ['SITE_HELP_URL', 'mailto:help@example.org', 'mailto:help@example.org'],
    ['CUSTOM_CSS', 'branding/own.css', 'branding/own.css'],
    ['BASE_URL', 'HTTP://Localhost:80/', 'http://localhost'],
    ['TRUST_PROXY', 'false', false],
    ['TRUST_PROXY', '1', 1],
    ['TRUST_PROXY', '10', 10],
    ['TRUST_PROXY', 'loopback, 10.0.0.0/8,fd00::/8 ', ['loopback', '10.0.0.0/8', 'fd00::/8']],
    ['TRUST_PROXY', 'linklocal,uniquelocal,192.0.2.7', ['linklocal', 'uniquelocal', '192.0.2.7']],
    ['DATABASE_URL', 'sqlite:/var/lib/latchkey.sqlite', 'sqlite:/var/lib/latchkey.sqlite'],
    ['DATABASE_URL', 'postgres://me:pass%40word@db/latchkey', 'postgres://me:pass%40word@db/latchkey'],
    ['DATABASE_URL', 'postgresql://db/latchkey', 'postgresql://db/latchkey'],
    ...[
      'postgres://me:p@one:5432,[::1]:5433/latchkey?target_session_attrs=read-write',
      'postgres://one,two/latchkey',
    ].map((text): [string, string, string] => ['DATABASE_URL', text, text]),
    ['REDIS_URL', 'rediss://me:pass%40word@cache:6380/2', 'rediss://me:pass%40word@cache:6380/2'],
    [
      'REDIS_URL',
      'redis+sentinel://me:pw@a:26379,[::1]:26380/main/2',
      'redis+sentinel://me:pw@a:26379,[::1]:26380/main/2',
    ],
    ['SESSION_SECRET', `${SECRET}, ${OTHER_SECRET}`, [SECRET, OTHER_SECRET]],
    ['SIGN_IN_WITH', ' email, passkey', ['email', 'passkey']],
    ['SIGN_IN_FORM', 'identifier-first', 'identifier-first'],
    ['SESSION_IDLE', '90m', 5_400_000],
    ['SESSION_TOUCH_SHARE', '0.5', 0.5],
    ['SESSION_CACHE', '0', 0],
  ])('reads %s=%s', (name, text, value) => {
    expect(loadEnv({ ...DEVELOPMENT, [name]: text })).toHaveProperty(name, value)
  })
})

describe('a value that cannot be used is refused with what to write instead', () => {
  test.each<[string, string, string]>([
    ['NODE_ENV', 'prod', 'NODE_ENV "prod" is not known; write one of development, test, production'],
    ['PORT', '65536', 'PORT "65536" is not a whole number from 0 to 65535; write a number in that range'],
    ['PORT', '3e3', 'PORT "3e3" is not a whole number from 0 to 65535; write a number in that range'],
    ['METRICS_PORT', '0', 'METRICS_PORT "0" is neither off nor a port from 1 to 65535; write one of them'],
    ['TRACING', 'on', 'TRACING "on" is neither true nor false; write true, false, 1 or 0'],
    ['WORKERS', '0', 'WORKERS "0" is neither auto nor a whole number from 1 to 256; write one of them'],
    ['WORKERS', 'all', 'WORKERS "all" is neither auto nor a whole number from 1 to 256; write one of them'],
    ['SESSION_TOUCH_SHARE', '0.6', 'SESSION_TOUCH_SHARE "0.6" is not a share from 0 to 0.5; write one such as 0.01'],
    ['BYPASS_AUTH', 'yes', 'BYPASS_AUTH "yes" is neither true nor false; write true, false, 1 or 0'],
    ...['passwords,email', 'email,email', 'email,'].map((text): [string, string, string] => [
      'SIGN_IN_WITH',
      text,
      `SIGN_IN_WITH "${text}" is not a list of password, passkey, email; separate them with commas`,
    ]),
    ['SESSION_IDLE', '30', 'SESSION_IDLE "30" has no unit; write 30s, 30m, 30h or 30d'],
    ['SHUTDOWN_TIMEOUT', '11m', 'SHUTDOWN_TIMEOUT "11m" is not between 1ms and 10m; write a duration in that range'],
    ['LOGIN_LIMIT_WINDOW', '1ms', 'LOGIN_LIMIT_WINDOW "1ms" is not between 1s and 7d; write a duration in that range'],
    [
      'HOST',
      'localhost:3000',
      'HOST "localhost:3000" is neither an address nor a host name; write one such as 127.0.0.1, 0.0.0.0, ::1 or localhost',
    ],
    [
      'SESSION_NAME',
      'a b',
      'SESSION_NAME "a b" is not the name of a cookie; write letters, digits, dots, dashes and underscores',
    ],
    [
      'SITE_NAME',
      'two\nlines',
      'SITE_NAME "two\\nlines" is longer than 60 characters or has control characters; write a short name',
    ],
    [
      'TRUST_PROXY',
      'true',
      'TRUST_PROXY "true" lets every client invent its address; write the number of proxies in front, such as 1',
    ],
    ['TRUST_PROXY', '11', 'TRUST_PROXY "11" is not a likely number of proxies; write 1 to 10, or their addresses'],
    ...['10.0.0.0/0', '10.0.0.0/33', 'nginx', '10.0.0.1,'].map((text): [string, string, string] => [
      'TRUST_PROXY',
      text,
      `TRUST_PROXY "${text}" has an unknown entry; write false, 1 to 10, or a list of addresses, subnets, loopback, linklocal, uniquelocal`,
    ]),
    ...['login.example.org', 'ftp://login.example.org'].map((text): [string, string, string] => [
      'BASE_URL',
      text,
      'BASE_URL is not the address of a site; write an origin such as https://login.example.org',
    ]),
    ...['http://localhost/app', 'http://localhost?a', 'http://localhost#a', 'http://me@localhost'].map(
      (text): [string, string, string] => [
        'BASE_URL',
        text,
        'BASE_URL has more than scheme, host and port; write an origin such as https://login.example.org',
      ],
    ),
    ...['sqlite::memory:', 'sqlite:file::memory:', 'sqlite:file:x?mode=memory'].map(
      (text): [string, string, string] => [
        'DATABASE_URL',
        text,
        'DATABASE_URL names a database in memory, but reader and writer are two connections and would see two; write sqlite:PATH',
      ],
    ),
    ...['sqlite:', 'sqlite://data/a.sqlite', 'sqlite:file:a.sqlite'].map((text): [string, string, string] => [
      'DATABASE_URL',
      text,
      'DATABASE_URL names no file; write sqlite: and a plain path, such as sqlite:data/latchkey.sqlite',
    ]),
    [
      'DATABASE_URL',
      'mysql://db/latchkey',
      'DATABASE_URL is of no known kind; write sqlite:data/latchkey.sqlite or postgres://user@host/database',
    ],
    ...[
      'postgres://a:p@one,two/latchkey?target_session_attrs=any',
      'postgres://one/latchkey?target_session_attrs=prefer-standby',
      'postgres://one,two/latchkey?target_session_attrs=read-write&target_session_attrs=any',
    ].map((text): [string, string, string] => [
      'DATABASE_URL',
      text,
      'DATABASE_URL asks for a server that may take no writes; write target_session_attrs=read-write or leave it out',
    ]),
    ...['memcached://cache', 'redis://cache:port', 'redis+sentinel://a:26379,b:26379', 'redis+sentinel:///main'].map(
      (text): [string, string, string] => [
        'REDIS_URL',
        text,
        'REDIS_URL is not the URL of a Redis server; write rediss://user:password@host:6379, or redis+sentinel://host:26379,host:26379/NAME with the name of the master',
      ],
    ),
    [
      'DATABASE_URL',
      'postgres:///latchkey?host=one,two',
      'DATABASE_URL lists hosts after the question mark; write postgres://user@one:5432,two:5432/database',
    ],
    ...[
      'postgres://db:port/latchkey',
      'postgres://one:5432,two:port/latchkey',
      'postgres://a:p@one,/latchkey',
      'postgres://one:5432,,two:5432/latchkey',
    ].map((text): [string, string, string] => [
      'DATABASE_URL',
      text,
      'DATABASE_URL is not a valid URL; write postgres://user@host/database, a password percent-encoded',
    ]),
  ])('%s=%s', (name, text, fault) => {
    expect(errorOf({ ...DEVELOPMENT, [name]: text }).faults).toEqual([fault])
  })

  test('all faults are told at once, those of one variable and those between two', () => {
    const { faults, message } = errorOf({
      NODE_ENV: 'production',
      PORT: 'http',
      SESSION_IDLE: '2d',
      SESSION_SWEEP: '60',
      BYPASS_AUTH: 'true',
      BCRYPT_COST: '4',
    })
    expect(faults.map(fault => fault.split(' ')[0])).toEqual([
      'PORT',
      'BASE_URL',
      'Cookie',
      'SESSION_SWEEP',
      'SESSION_IDLE',
      'BYPASS_AUTH',
      'BCRYPT_COST',
    ])
    expect(message.split('\n')).toEqual(faults)
  })

  test('a refused port is one fault, not a second one about the base URL that follows it', () => {
    expect(errorOf({ ...DEVELOPMENT, PORT: 'x' }).faults).toHaveLength(1)
  })
})

describe('the encryption keys', () => {
  test.each([undefined, ''])('are demanded where they are %j', ENCRYPTION_KEYS => {
    expect(errorOf({ ...PRODUCTION, ENCRYPTION_KEYS }).faults).toEqual([
      'ENCRYPTION_KEYS is not set; write one made by the command in .env.example',
    ])
  })

  test('are not the session secret, whose loss must not open what they seal', () => {
    expect(errorOf({ ...DEVELOPMENT, ENCRYPTION_KEYS: `${KEY},${SECRET}` }).faults).toEqual([
      'ENCRYPTION_KEYS holds a secret that SESSION_SECRET holds too; write one made by the command in .env.example',
    ])
  })

  test('of .env.test are public, so they are refused outside of tests', async () => {
    const { ENCRYPTION_KEYS } = parse(await readFile('.env.test'))
    expect(errorOf({ ...DEVELOPMENT, ENCRYPTION_KEYS }).faults).toEqual([
      'ENCRYPTION_KEYS is the public one of .env.test; write one made by the command in .env.example',
    ])
  })
})

describe('the session secret', () => {
  test.each([
    ['development', {}],
    ['test', { NODE_ENV: 'test' }],
    ['production', { ...PRODUCTION, SESSION_SECRET: undefined }],
    ['production, empty', { ...PRODUCTION, SESSION_SECRET: '' }],
  ])('is demanded in %s', (_name, source) => {
    expect(errorOf(source).faults).toEqual([SECRET_UNSET])
  })

  test.each([
    ['one character short', SECRET.slice(0, 31), 'is shorter than 32 characters'],
    ['one character, repeated', 'x'.repeat(64), 'repeats a few characters'],
    ['a short run, repeated', 'abc123'.repeat(8), 'repeats a few characters'],
    ['keyboard cat', 'keyboard cat keyboard cat keyboard cat', 'is a known default'],
    ['changeme', 'changeme-changeme-changeme-changeme', 'is a known default'],
    ['a numbered secret', 'secret0123456789012345678901234567890', 'is a known default'],
    ['an invitation to replace it', 'your-super-secret-session-key-change-this', 'is a known default'],
  ])('is refused when it is %s', (_name, secret, weakness) => {
    expect(errorOf({ SESSION_SECRET: secret }).faults).toEqual([
      `SESSION_SECRET entry 1 ${weakness}; write one made by the command in .env.example`,
    ])
  })

  test('is checked entry by entry', () => {
    const { faults } = errorOf({ SESSION_SECRET: `short,${SECRET},${'y'.repeat(40)}` })
    expect(faults).toEqual([
      expect.stringContaining('entry 1 is shorter'),
      expect.stringContaining('entry 3 repeats a few'),
    ])
  })

  test('is accepted in each form that a generator makes: base64url, base64, hex', () => {
    const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 }).filter(array => new Set(array).size > 24)
    const encoding = fc.constantFrom<BufferEncoding[]>('base64url', 'base64', 'hex')
    fc.assert(
      fc.property(bytes, encoding, (array, form) => {
        const secret = Buffer.from(array).toString(form)
        expect(loadEnv({ SESSION_SECRET: secret }).SESSION_SECRET).toEqual([secret])
      }),
    )
  })

  test('of .env.test is public, so it is refused outside of tests', async () => {
    const { SESSION_SECRET } = parse(await readFile('.env.test'))
    expect(errorOf({ SESSION_SECRET }).faults).toEqual([
      'SESSION_SECRET is the public one of .env.test; write one made by the command in .env.example',
    ])
  })
})

describe('no fault repeats a private value', () => {
  const CANARY = 'hunter2-canary'

  test.each([
    ['a short secret', { SESSION_SECRET: CANARY }],
    ['a short encryption key', { ENCRYPTION_KEYS: CANARY }],
    ['a mail server of another kind', { SMTP_URL: `http://me:${CANARY}@mail.example.org` }],
    ['a weak secret', { SESSION_SECRET: `${CANARY}-secret-secret-secret-secret,short` }],
    ['a database of another kind', { DATABASE_URL: `mysql://me:${CANARY}@db/latchkey` }],
    ['a database URL that does not parse', { DATABASE_URL: `postgres://me:${CANARY}@db:port/latchkey` }],
    ['a list of databases that does not parse', { DATABASE_URL: `postgres://me:${CANARY}@one,two:port/latchkey` }],
    [
      'a database that takes no writes',
      { DATABASE_URL: `postgres://me:${CANARY}@one,two/db?target_session_attrs=any` },
    ],
    ['a Redis of another kind', { REDIS_URL: `memcached://me:${CANARY}@cache` }],
    ['a database in memory', { DATABASE_URL: `sqlite::memory:?key=${CANARY}` }],
    ['a base URL with a user', { BASE_URL: `https://me:${CANARY}@login.example.org` }],
    ['a base URL that does not parse', { BASE_URL: `https://me:${CANARY}@` }],
  ])('%s', (_name, source) => {
    const error = errorOf({ ...DEVELOPMENT, ...source })
    expect([error.message, error.stack, JSON.stringify(error), ...error.faults].join()).not.toContain(CANARY)
  })
})

describe('variables that do not go together are refused', () => {
  const HTTPS = { ...DEVELOPMENT, BASE_URL: 'https://login.example.org' }

  test.each<[string, EnvSource, string]>([
    ['production without a base URL', { ...PRODUCTION, BASE_URL: undefined }, 'BASE_URL is not set; in production'],
    ['production over http', { ...PRODUCTION, BASE_URL: 'http://login.example.org' }, 'BASE_URL is http, which sends'],
    [
      'https without a trusted proxy',
      { ...PRODUCTION, TRUST_PROXY: undefined },
      'TRUST_PROXY is not set, but BASE_URL is https',
    ],
    [
      'https with a proxy refused',
      { ...PRODUCTION, TRUST_PROXY: 'false' },
      'TRUST_PROXY is not set, but BASE_URL is https',
    ],
    [
      '13.4.2 development under a public address',
      { ...HTTPS, TRUST_PROXY: '1' },
      'NODE_ENV is development, but BASE_URL',
    ],
    [
      '13.4.2 development under an address of the network',
      { ...DEVELOPMENT, BASE_URL: 'http://192.168.1.5:3000' },
      'NODE_ENV is development, but BASE_URL',
    ],
    [
      'the bypass under a public address',
      { ...HTTPS, NODE_ENV: 'test', TRUST_PROXY: '1', BYPASS_AUTH: 'true' },
      'refused where BASE_URL is not on this machine',
    ],
    [
      'the bypass for other machines',
      { ...DEVELOPMENT, HOST: '0.0.0.0', BYPASS_AUTH: 'true' },
      'refused where other machines reach HOST',
    ],
    ['the bypass in production', { ...PRODUCTION, BYPASS_AUTH: 'true' }, 'BYPASS_AUTH lets anybody sign in as anybody'],
    ['a cheap hash in production', { ...PRODUCTION, BCRYPT_COST: '9' }, 'BCRYPT_COST 9 is too cheap'],
    ['a cheap hash in development', { ...DEVELOPMENT, BCRYPT_COST: '9' }, 'BCRYPT_COST 9 is too cheap'],
    ['sessions in a Redis that is not named', { ...DEVELOPMENT, SESSION_STORE: 'redis' }, 'REDIS_URL is not set'],
    ['an https prefix over http', { ...DEVELOPMENT, SESSION_NAME: '__Host-sid' }, 'SESSION_NAME has a prefix'],
    [
      'an idle limit beyond the absolute one',
      { ...DEVELOPMENT, SESSION_IDLE: '25h' },
      'SESSION_IDLE (25h) is longer than SESSION_ABSOLUTE (1d); write at most 1d',
    ],
    [
      'ended sessions forgotten before their tokens',
      { ...DEVELOPMENT, SESSION_TOMBSTONES: '5m' },
      'SESSION_TOMBSTONES (5m) is shorter than ACCESS_TOKEN_LIFETIME (10m)',
    ],
    [
      'passkeys only, which no new account has',
      { ...DEVELOPMENT, SIGN_IN_WITH: 'passkey' },
      'SIGN_IN_WITH has neither password nor email',
    ],
    [
      'sign-in by email without a mail server in production',
      { ...PRODUCTION, SIGN_IN_WITH: 'password,email' },
      'SIGN_IN_WITH has email, but SMTP_URL is not set',
    ],
  ])('%s', (_name, source, fault) => {
    expect(errorOf(source).faults).toEqual([expect.stringContaining(fault)])
  })

  test.each<[string, EnvSource]>([
    ['production over https behind a proxy', PRODUCTION],
    ['production over http on localhost', { ...PRODUCTION, BASE_URL: 'http://localhost:3000' }],
    ['production over http on 127.0.0.1', { ...PRODUCTION, BASE_URL: 'http://127.0.0.1:3000' }],
    ['production over http on [::1]', { ...PRODUCTION, BASE_URL: 'http://[::1]:3000' }],
    ['development under a name of this machine', { ...DEVELOPMENT, BASE_URL: 'http://app.localhost:3000' }],
    ['development for other machines, as in a container', { ...DEVELOPMENT, HOST: '0.0.0.0' }],
    ['the bypass on [::1]', { ...DEVELOPMENT, HOST: '::1', BASE_URL: 'http://[::1]:3000', BYPASS_AUTH: 'true' }],
    ['the bypass in development', { ...DEVELOPMENT, BYPASS_AUTH: 'true' }],
    ['the cheapest hash in tests', { NODE_ENV: 'test', SESSION_SECRET: SECRET, BCRYPT_COST: '4' }],
    ['an idle limit equal to the absolute one', { ...DEVELOPMENT, SESSION_IDLE: '2h', SESSION_ABSOLUTE: '2h' }],
    ['sign-in by email alone in development', { ...DEVELOPMENT, SIGN_IN_WITH: 'email' }],
    [
      'sign-in by email in production with a mail server',
      { ...PRODUCTION, SIGN_IN_WITH: 'email', SMTP_URL: 'smtps://mail.example.org' },
    ],
    ['an https prefix over https', { ...PRODUCTION, SESSION_NAME: '__Host-sid' }],
  ])('but not %s', (_name, source) => {
    expect(() => loadEnv(source)).not.toThrow()
  })
})

describe('the name of the cookie', () => {
  test.each([
    ['http://localhost:3000', 'connect.sid', 'connect.sid', false],
    ['https://login.example.org', 'connect.sid', '__Host-connect.sid', true],
    ['https://login.example.org', '__Host-sid', '__Host-sid', true],
  ])('at %s, %s is sent as %s', (BASE_URL, SESSION_NAME, name, secure) => {
    expect(cookieName({ BASE_URL, SESSION_NAME })).toBe(name)
    expect(isHttps({ BASE_URL })).toBe(secure)
  })
})

describe('a duration', () => {
  test.each([
    ['500ms', 500],
    ['10s', seconds(10)],
    ['15m', minutes(15)],
    ['24h', hours(24)],
    ['30d', days(30)],
  ])('%s is read', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds)
  })

  test('has units of the right size', () => {
    expect([seconds(1), minutes(1), hours(1), days(1)]).toEqual([1000, 60 * 1000, 3600 * 1000, 24 * 3600 * 1000])
  })

  test.each([
    ['30', 'has no unit; write 30s, 30m, 30h or 30d'],
    ['0s', 'is no time at all'],
    ...['1.5h', '-1h', '1 h', '1w', 'h', '1H', '1toString', '9999999999d', ''].map(text => [text, 'is not a duration']),
  ])('"%s" is refused', (text, fault) => {
    expect(() => parseDuration(text)).toThrow(fault)
  })

  test('is written so that it reads back as itself', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 999_999_999 }), ms => parseDuration(formatDuration(ms)) === ms))
  })
})

describe('the file of variables', () => {
  let directory: string
  const at = (name: string) => join(directory, name)

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'latchkey-env-'))
  })
  afterEach(() => rm(directory, { recursive: true, force: true }))

  test('fills in what is unset or empty, and overrides nothing', async () => {
    await writeFile(at('.env'), `SESSION_SECRET=${SECRET}\nENCRYPTION_KEYS=${KEY}\nPORT=1\nHOST=::1\nSITE_NAME=File\n`)
    const environment: EnvSource = { PORT: '2', HOST: '' }
    expect(await prepareEnvFile(directory, environment)).toEqual({ path: at('.env'), outcome: 'read', exposed: true })
    expect(environment).toEqual({
      SESSION_SECRET: SECRET,
      ENCRYPTION_KEYS: KEY,
      PORT: '2',
      HOST: '::1',
      SITE_NAME: 'File',
    })
  })

  test('is made with random secrets, for its owner alone, at the first start in development', async () => {
    const environment: EnvSource = {}
    expect(await prepareEnvFile(directory, environment)).toEqual({
      path: at('.env'),
      outcome: 'secret-written',
      exposed: false,
    })
    expect(environment.SESSION_SECRET).toMatch(/^[\w-]{43}$/)
    expect(await readFile(at('.env'), 'utf8')).toMatch(/^# .+\nSESSION_SECRET=[\w-]{43}\nENCRYPTION_KEYS=[\w-]{43}\n$/)
    expect((await stat(at('.env'))).mode & 0o777).toBe(0o600)
    expect(await readdir(directory)).toEqual(['.env'])
    expect(environment.ENCRYPTION_KEYS).not.toBe(environment.SESSION_SECRET)
    expect(() => load(environment)).not.toThrow()
  })

  test('gives the same secret at the second start', async () => {
    const first: EnvSource = {}
    const second: EnvSource = {}
    await prepareEnvFile(directory, first)
    expect(await prepareEnvFile(directory, second)).toEqual({ path: at('.env'), outcome: 'read', exposed: false })
    expect(second.SESSION_SECRET).toBe(first.SESSION_SECRET)
  })

  test('is given the one secret that it lacks, and keeps the other', async () => {
    const environment: EnvSource = { SESSION_SECRET: SECRET }
    expect(await prepareEnvFile(directory, environment)).toMatchObject({ outcome: 'secret-written' })
    expect(await readFile(at('.env'), 'utf8')).toMatch(/^# .+\nENCRYPTION_KEYS=[\w-]{43}\n$/)
    expect(environment.SESSION_SECRET).toBe(SECRET)
  })

  test.each([
    ['a last line that is not ended', 'PORT=4000'],
    ['a copy of .env.example', envExample()],
  ])('is added to when it has no secret: %s', async (_name, text) => {
    await writeFile(at('.env'), text)
    const environment: EnvSource = {}
    await prepareEnvFile(directory, environment)
    const written = await readFile(at('.env'), 'utf8')
    expect(written.startsWith(text)).toBe(true)
    expect(written).toContain('\n# Generated at the first start')
    const { SESSION_SECRET, ENCRYPTION_KEYS } = environment
    expect(parse(written)).toEqual({ ...parse(text), SESSION_SECRET, ENCRYPTION_KEYS })
    expect(environment.SESSION_SECRET).toMatch(/^[\w-]{43}$/)
    // 13.3.2: whatever mode the copy had.
    expect((await stat(at('.env'))).mode & 0o777).toBe(0o600)
  })

  test.each([
    ['both secrets are set', { SESSION_SECRET: SECRET, ENCRYPTION_KEYS: KEY }],
    ['NODE_ENV is production', { NODE_ENV: 'production' }],
    ['NODE_ENV is test', { NODE_ENV: 'test' }],
    ['NODE_ENV is a typing error', { NODE_ENV: 'prodution' }],
  ])('is not made when %s', async (_name, environment) => {
    expect(await prepareEnvFile(directory, { ...environment })).toMatchObject({ outcome: 'absent' })
    expect(await readdir(directory)).toEqual([])
  })

  test('gets no secret when it says itself that this is production', async () => {
    await writeFile(at('.env'), 'NODE_ENV=production\n')
    expect(await prepareEnvFile(directory, {})).toMatchObject({ outcome: 'read' })
    expect(await readFile(at('.env'), 'utf8')).toBe('NODE_ENV=production\n')
  })

  test.each([
    ['a session secret', `SESSION_SECRET=${SECRET}`, true],
    ['encryption keys', `ENCRYPTION_KEYS=${KEY}`, true],
    ['a password of the mail server', 'SMTP_URL=smtps://me:hunter2@mail.example.org', true],
    ['a password of the database', 'DATABASE_URL=postgres://me:hunter2@db/latchkey', true],
    ['no secret', 'BASE_URL=https://login.example.org\nDATABASE_URL=postgres://me@db:5432/latchkey', false],
  ])(
    '13.3.2 readable by every user with %s: refused in production = %3$s, told in development',
    async (_name, text, secret) => {
      await writeFile(at('.env'), text, { mode: 0o644 })
      const production = prepareEnvFile(directory, { NODE_ENV: 'production' })
      if (secret)
        await expect(production).rejects.toMatchObject({ faults: [expect.stringContaining(`chmod 600 ${at('.env')}`)] })
      else await expect(production).resolves.toMatchObject({ outcome: 'read', exposed: false })
      const complete = { SESSION_SECRET: SECRET, ENCRYPTION_KEYS: KEY }
      expect(await prepareEnvFile(directory, { ...complete })).toMatchObject({ exposed: secret })
      for (const mode of [0o600, 0o640]) {
        await chmod(at('.env'), mode)
        expect(await prepareEnvFile(directory, { NODE_ENV: 'production' })).toMatchObject({ exposed: false })
      }
    },
  )

  test('is .env.test in tests, and .env is not read', async () => {
    await writeFile(at('.env'), 'PORT=1\n')
    await writeFile(at('.env.test'), 'HOST=::1\n')
    const environment: EnvSource = { NODE_ENV: 'test' }
    expect(await prepareEnvFile(directory, environment)).toMatchObject({ path: at('.env.test'), outcome: 'read' })
    expect(environment).toEqual({ NODE_ENV: 'test', HOST: '::1' })
  })

  test.each([
    ['none', undefined],
    ['one without a secret', 'PORT=1'],
  ])('gets one secret from many starts at once, beginning with %s', async (_name, text) => {
    for (let round = 0; round < 25; round++) {
      const place = at(String(round))
      await mkdir(place)
      if (text) await writeFile(join(place, '.env'), text)
      const starts: EnvSource[] = [{}, {}, {}, {}]
      const results = await Promise.all(starts.map(environment => prepareEnvFile(place, environment)))
      expect(new Set(starts.map(environment => environment.SESSION_SECRET)).size).toBe(1)
      expect(results.filter(({ outcome }) => outcome === 'secret-written')).toHaveLength(1)
      expect((await readFile(join(place, '.env'), 'utf8')).match(/SESSION_SECRET/g)).toHaveLength(1)
    }
  })

  test('gets one secret from several processes at once, which print nothing', { timeout: seconds(30) }, async () => {
    const module = JSON.stringify(new URL('../../configs/env/file.ts', import.meta.url).href)
    const script = `const { prepareEnvFile } = await import(${module}); const env = {}
      await prepareEnvFile(${JSON.stringify(directory)}, env); process.stdout.write(env.SESSION_SECRET)`
    const run = () => promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])
    const outputs = await Promise.all([run(), run(), run(), run()])
    const { SESSION_SECRET } = parse(await readFile(at('.env')))
    expect(SESSION_SECRET).toHaveLength(43)
    for (const output of outputs) expect(output).toEqual({ stdout: SESSION_SECRET, stderr: '' })
  })

  test('that cannot be read is one clear fault', async () => {
    await mkdir(at('.env'))
    await expect(prepareEnvFile(directory, {})).rejects.toMatchObject({
      faults: [`${at('.env')} cannot be read (EISDIR); make it a file that this user may read`],
    })
  })

  test('that cannot be made is one clear fault', async () => {
    const path = at('missing/.env.lock')
    await expect(prepareEnvFile(at('missing'), {})).rejects.toMatchObject({
      name: 'ConfigurationError',
      faults: [
        `SESSION_SECRET or ENCRYPTION_KEYS is not set, and ${path} cannot be written (ENOENT); make its directory writable, or set both`,
      ],
    })
  })

  test('in a read-only directory is one clear fault', async () => {
    await chmod(directory, 0o555)
    await asOrdinaryUser(() =>
      expect(prepareEnvFile(directory, {})).rejects.toMatchObject({
        faults: [expect.stringContaining('cannot be written (EACCES); make its directory writable, or set both')],
      }),
    )
  })

  /** The superuser writes into read-only directories too. */
  async function asOrdinaryUser(work: () => Promise<void>) {
    const isRoot = process.getuid?.() === 0
    if (isRoot) process.seteuid?.(NOBODY)
    await work().finally(() => isRoot && process.seteuid?.(0))
  }

  test('with a lock that was left behind is one clear fault, and the lock stays', async () => {
    await writeFile(at('.env.lock'), '')
    await expect(prepareEnvFile(directory, {})).rejects.toMatchObject({
      faults: [`${at('.env.lock')} is held by another start; if there is none, delete that file`],
    })
    expect(await readdir(directory)).toEqual(['.env.lock'])
  })
})

describe('what is written about the configuration', () => {
  test('.env.example matches the declaration; update it with `npm run docs:config`', async () => {
    expect(await readFile('.env.example', 'utf8')).toBe(envExample())
  })

  test.each([
    ['README.md', essentialTable()],
    ['docs/configuration.md', configTables()],
    ['docs/sign-in-with.md', providerTable(PROVIDER_VARIABLES)],
    ['docs/sign-in-with-cas.md', providerTable(CAS_VARIABLES)],
  ])('%s matches the declaration; update it with `npm run docs:config`', async (path, tables) => {
    const page = await readFile(path, 'utf8')
    expect(withTables(page, tables)).toBe(page)
  })

  test('the table of all variables says what is empty, and which links are accepted', () => {
    expect(configTables()).toMatch(/^\| `SITE_TERMS_URL` \| none \| .+ \(https:\/\/, http:\/\/ or mailto:\) \|$/m)
    expect(configTables()).not.toContain('``')
  })

  test('every variable belongs to exactly one group', () => {
    expect(GROUPS.flatMap(({ names }) => names).sort()).toEqual(Object.keys(VARIABLES).sort())
  })

  test('a page without the markers is refused', () => {
    expect(() => withTables('# Latchkey\n', '')).toThrow('needs a line <!-- config:start -->')
    expect(() => withTables('<!-- config:end -->\n<!-- config:start -->', '')).toThrow('needs a line')
  })

  test('.env.example, with every # taken away, says the defaults of development', () => {
    const uncommented = parse(envExample().replaceAll(/^# ([A-Z_]+=)/gm, '$1'))
    const env = loadEnv({ ...uncommented, SESSION_SECRET: SECRET, ENCRYPTION_KEYS: KEY, HASH_THREADS: undefined })
    expect(env).toEqual(loadEnv(DEVELOPMENT))
    const { PROVIDERS: _, ...variables } = env
    expect(Object.keys(uncommented).sort()).toEqual(Object.keys(variables).sort())
  })

  test('above SESSION_SECRET stands the command that makes one, and what it makes is accepted', async () => {
    const [, script = ''] = /# Generate one: node -e "(.+)"\nSESSION_SECRET=/.exec(envExample()) ?? []
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script])
    expect(loadEnv({ SESSION_SECRET: stdout }).SESSION_SECRET).toEqual([stdout.trim()])
  })

  test('.env.test is a configuration without faults, for tests', async () => {
    expect(loadEnv(parse(await readFile('.env.test')))).toMatchObject({ NODE_ENV: 'test', BCRYPT_COST: 4 })
  })
})
