import { formatDuration } from '../../src/durations.ts'
import { TEST_SECRET_MARK } from './secrets.ts'
import type { Env } from './variables.ts'

const LOCAL_URL_HOST = /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|\[::1\])$/
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|::1)$/

/** Refused variables are absent, and rules about them stay silent. */
type Rule = (env: Partial<Env>) => string | undefined

export function brokenRules(env: Partial<Env>): string[] {
  return RULES.map(rule => rule(env)).filter(fault => fault !== undefined)
}

const productionIsHttps: Rule = ({ NODE_ENV, BASE_URL }) => {
  if (NODE_ENV !== 'production' || BASE_URL === undefined) return undefined
  if (BASE_URL.startsWith('https:') || isLocal(BASE_URL)) return undefined
  return 'BASE_URL is http, which sends sessions in the clear; in production write https://'
}

/** Development opens /docs and writes links to files and the log (ASVS 13.4.2). */
const developmentIsLocal: Rule = ({ NODE_ENV, BASE_URL }) => {
  if (NODE_ENV !== 'development' || BASE_URL === undefined || isLocal(BASE_URL)) return undefined
  return 'NODE_ENV is development, but BASE_URL is not on this machine; write NODE_ENV=production, or leave BASE_URL out'
}

const httpsNeedsProxy: Rule = ({ BASE_URL, TRUST_PROXY }) => {
  if (!BASE_URL?.startsWith('https:') || TRUST_PROXY !== false) return undefined
  return 'TRUST_PROXY is not set, but BASE_URL is https and this server speaks plain http: without a trusted proxy no request counts as https; write the number of proxies in front, such as 1'
}

const forwardAuthNeedsProxy: Rule = ({ FORWARD_AUTH, TRUST_PROXY }) => {
  if (FORWARD_AUTH !== true || TRUST_PROXY !== false) return undefined
  return 'TRUST_PROXY is not set, but FORWARD_AUTH is on: only a trusted proxy may ask; write its address, such as 127.0.0.1'
}

const prefixNeedsHttps: Rule = ({ BASE_URL, SESSION_NAME }) => {
  if (!BASE_URL?.startsWith('http:') || !/^__(Host|Secure)-/i.test(SESSION_NAME ?? '')) return undefined
  return 'SESSION_NAME has a prefix that browsers accept over https only; write it without, or an https BASE_URL'
}

const idleWithinAbsolute: Rule = ({ SESSION_IDLE, SESSION_ABSOLUTE }) => {
  if (SESSION_IDLE === undefined || SESSION_ABSOLUTE === undefined || SESSION_IDLE <= SESSION_ABSOLUTE) return undefined
  const most = formatDuration(SESSION_ABSOLUTE)
  return `SESSION_IDLE (${formatDuration(SESSION_IDLE)}) is longer than SESSION_ABSOLUTE (${most}); write at most ${most}`
}

const endsAreRememberedLongEnough: Rule = ({ SESSION_TOMBSTONES, ACCESS_TOKEN_LIFETIME }) => {
  if (SESSION_TOMBSTONES === undefined || ACCESS_TOKEN_LIFETIME === undefined) return undefined
  if (SESSION_TOMBSTONES >= ACCESS_TOKEN_LIFETIME) return undefined
  const least = formatDuration(ACCESS_TOKEN_LIFETIME)
  return `SESSION_TOMBSTONES (${formatDuration(SESSION_TOMBSTONES)}) is shorter than ACCESS_TOKEN_LIFETIME (${least}), so that other services would miss ended sessions; write at least ${least}`
}

const redisStoreNeedsUrl: Rule = ({ SESSION_STORE, REDIS_URL }) => {
  if (SESSION_STORE !== 'redis' || REDIS_URL !== '') return undefined
  return 'SESSION_STORE is redis, but REDIS_URL is not set; write one such as rediss://user:password@host:6379'
}

/** Nobody has a passkey before the first sign-in. */
const newAccountsGetIn: Rule = ({ SIGN_IN_WITH, PROVIDERS = [] }) => {
  if (PROVIDERS.some(({ fault }) => fault === undefined)) return undefined
  if (SIGN_IN_WITH === undefined || SIGN_IN_WITH.includes('password') || SIGN_IN_WITH.includes('email'))
    return undefined
  return 'SIGN_IN_WITH has neither password nor email, and no provider is set up, so nobody could sign in to a new account; add one of them'
}

const emailNeedsMailServer: Rule = ({ NODE_ENV, SIGN_IN_WITH, SMTP_URL }) => {
  if (NODE_ENV !== 'production' || !SIGN_IN_WITH?.includes('email') || SMTP_URL !== '') return undefined
  return 'SIGN_IN_WITH has email, but SMTP_URL is not set, so that no email is sent; set SMTP_URL, or leave email out'
}

const bypassStaysOut: Rule = ({ NODE_ENV, BASE_URL, HOST, BYPASS_AUTH }) => {
  if (BYPASS_AUTH !== true) return undefined
  const refusal = 'BYPASS_AUTH lets anybody sign in as anybody, and is refused'
  if (NODE_ENV === 'production') return `${refusal} in production; write false`
  if (BASE_URL !== undefined && !isLocal(BASE_URL))
    return `${refusal} where BASE_URL is not on this machine; write false`
  if (HOST !== undefined && !LOOPBACK.test(HOST))
    return `${refusal} where other machines reach HOST; write false, or HOST=127.0.0.1`
  return undefined
}

function isLocal(url: string): boolean {
  return LOCAL_URL_HOST.test(new URL(url).hostname)
}

const lowCostIsForTests: Rule = ({ NODE_ENV, BCRYPT_COST }) => {
  if (NODE_ENV === undefined || NODE_ENV === 'test' || BCRYPT_COST === undefined || BCRYPT_COST >= 10) return undefined
  return `BCRYPT_COST ${BCRYPT_COST} is too cheap to guess outside of tests; write 10 to 15`
}

const testSecretIsForTests: Rule = ({ NODE_ENV, SESSION_SECRET }) => {
  if (NODE_ENV === undefined || NODE_ENV === 'test') return undefined
  if (!SESSION_SECRET?.some(secret => secret.includes(TEST_SECRET_MARK))) return undefined
  return 'SESSION_SECRET is the public one of .env.test; write one made by the command in .env.example'
}

const testKeyIsForTests: Rule = ({ NODE_ENV, ENCRYPTION_KEYS }) => {
  if (NODE_ENV === undefined || NODE_ENV === 'test') return undefined
  if (!ENCRYPTION_KEYS?.some(key => key.includes(TEST_SECRET_MARK))) return undefined
  return 'ENCRYPTION_KEYS is the public one of .env.test; write one made by the command in .env.example'
}

const keysAreTheirOwn: Rule = ({ SESSION_SECRET, ENCRYPTION_KEYS }) => {
  if (!ENCRYPTION_KEYS?.some(key => SESSION_SECRET?.includes(key))) return undefined
  return 'ENCRYPTION_KEYS holds a secret that SESSION_SECRET holds too; write one made by the command in .env.example'
}

const RULES = [
  productionIsHttps,
  developmentIsLocal,
  httpsNeedsProxy,
  forwardAuthNeedsProxy,
  prefixNeedsHttps,
  idleWithinAbsolute,
  endsAreRememberedLongEnough,
  redisStoreNeedsUrl,
  newAccountsGetIn,
  emailNeedsMailServer,
  bypassStaysOut,
  lowCostIsForTests,
  testSecretIsForTests,
  testKeyIsForTests,
  keysAreTheirOwn,
]
