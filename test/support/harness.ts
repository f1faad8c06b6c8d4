import supertest from 'supertest'
import { type EnvSource, loadEnv } from '../../configs/env.ts'
import { openMailTransport } from '../../configs/mailer.ts'
import { extensions as ownExtensions } from '../../extensions.ts'
import { createApp, endpointsOf } from '../../src/app.ts'
import type { Extensions } from '../../src/extensions.ts'
import { listen } from '../../src/http/listen.ts'
import { startMailWorker } from '../../src/mail/worker.ts'
import { openDeps } from '../../src/open-services.ts'
import { watchContract } from './contract.ts'
import { createDatabase, redisSettings, type TestDatabase } from './database.ts'

export { createDatabase, type TestDatabase } from './database.ts'

/** Long enough for the policy, and nowhere in any list. */
export const PASSWORD = 'seven green bicycles at dawn'
export const ADA = { email: 'ada@example.org', name: 'Ada Lovelace', password: PASSWORD }
export const BOB = { email: 'bob@example.org', name: 'Bob Kahn', password: 'eleven quiet lighthouses sing' }

/** The settings of a test; limits are high, because what is tested about them sets them low. */
const SETTINGS: EnvSource = {
  NODE_ENV: 'test',
  PORT: '0',
  SESSION_SECRET: 'test-only-secret-test-only-secret-test-only',
  ENCRYPTION_KEYS: 'test-only-key-test-only-key-test-only-key-test',
  BCRYPT_COST: '4',
  HASH_THREADS: '1',
  // No test of these cuts the power.
  SQLITE_SYNCHRONOUS: 'NORMAL',
  LOG_LEVEL: 'error',
  LOGIN_LIMIT_ACCOUNT_CLIENT: '10000',
  LOGIN_LIMIT_ACCOUNT: '10000',
  LOGIN_LIMIT_CLIENT: '10000',
  LOGIN_LIMIT_REGISTER: '10000',
  MAIL_LIMIT_CLIENT: '10000',
  MAIL_LIMIT_ADDRESS: '10000',
  LINK_LIMIT_CLIENT: '10000',
  LOGIN_LIMIT_SECOND_FACTOR: '10000',
  WRITE_LIMIT_USER: '10000',
  OPENID_PROVIDER: 'true',
}

type Credentials = { email: string; password: string }

export type TestServer = Awaited<ReturnType<typeof startServer>>

/**
 * The real app on a port of its own, over a fresh database of the project's dialect; nothing of ours is mocked.
 * @param settings environment variables that differ from the test's settings
 * @param database of another server, to start a second process' worth on the same data
 */
export async function startServer(
  settings: EnvSource = {},
  database?: TestDatabase,
  extensions: Extensions = ownExtensions,
) {
  const ownDatabase = database ? undefined : await createDatabase()
  const { url: databaseUrl } = database ?? ownDatabase ?? { url: '' }
  const env = loadEnv({ ...SETTINGS, DATABASE_URL: databaseUrl, ...redisSettings(databaseUrl), ...settings })
  const deps = await openDeps(env, extensions)
  const app = createApp(deps)
  const { server, port, finish } = await listen(app, env, deps.logger)
  watchContract(server, endpointsOf(deps).document)
  const url = `http://127.0.0.1:${port}`
  const mailTransport = env.SMTP_URL ? openMailTransport(env, deps.logger) : undefined
  const mailWorker = mailTransport && startMailWorker(deps, mailTransport)

  const agent = () => supertest.agent(url)
  const register = (person: { email: string; name: string; password: string; username?: string } = ADA) =>
    supertest(url).post('/auth/register').send(person).expect(201)

  /** Signs a browser in. @returns it, and its cookie as a Cookie header for whoever wants to steal it */
  async function signIn(person: Credentials = ADA, options: { rememberMe?: boolean } = {}) {
    const browser = agent()
    const { email, password } = person
    const answer = await browser
      .post('/auth/login')
      .send({ email, password, ...options })
      .expect(200)
    const name = deps.cookie.name
    return { browser, cookie: `${name}=${cookiesOf(answer).get(name)?.value}` }
  }

  /** Rows of a SELECT, past every model. */
  async function rows<Row extends object = Record<string, unknown>>(sql: string): Promise<Row[]> {
    const [found] = await deps.database.sequelize.query(sql)
    return found as Row[]
  }

  /** JSON of a live session's content, wherever the store keeps it. */
  async function contentOf(sid: string): Promise<string | undefined> {
    return (await deps.store.table.find(sid))?.data
  }

  async function stop() {
    server.closeAllConnections()
    await finish()
    await mailWorker?.stop()
    await deps.close()
  }
  async function close() {
    await stop()
    await ownDatabase?.drop()
  }

  return {
    url,
    port,
    env,
    deps,
    mailWorker,
    app,
    server,
    database: database ?? ownDatabase,
    agent,
    register,
    signIn,
    rows,
    contentOf,
    stop,
    close,
  }
}

/** The cookies that an answer sets, by name, with their attributes in lower case. */
export function cookiesOf(response: { headers: Record<string, unknown> }) {
  const lines = (response.headers['set-cookie'] ?? []) as string[]
  return new Map(
    lines.map(line => {
      const [pair = '', ...attributes] = line.split('; ')
      const at = pair.indexOf('=')
      const entries = attributes.map(
        each => [each.split('=', 1)[0]?.toLowerCase() ?? '', each.split('=').slice(1).join('=')] as const,
      )
      return [pair.slice(0, at), { value: pair.slice(at + 1), attributes: new Map(entries) }] as const
    }),
  )
}

/** The session id inside a signed cookie value. */
export const sidOf = (cookieValue: string) => decodeURIComponent(cookieValue).slice(2).split('.')[0] ?? ''
