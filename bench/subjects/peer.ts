import { createRequire } from 'node:module'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { unsign } from 'cookie-signature'
import express, { type Express, type RequestHandler } from 'express'
import session, { type Store } from 'express-session'
import helmet from 'helmet'
import { BENCH_COOKIE, BENCH_SECRET } from '../cookies.ts'

/**
 * Other ways to check a session, each behind Express and helmet with the same answer. PEER names one, SID the session that is live, ANSWER
 * the body, PACKAGES the folder where what Latchkey does not need is installed, DATABASE a file.
 */
const { PEER = '', SID = '', ANSWER = '{}', PACKAGES = '', DATABASE = '' } = process.env
const answer: unknown = JSON.parse(ANSWER)

const app = express()
app.use(helmet())
app.get('/healthz', (_request, response) => {
  response.json({ status: 'ok' })
})

const PEERS: Record<string, (app: Express) => Promise<void> | void> = {
  memory: server => withSessions(server, new session.MemoryStore()),
  redis: async server => withSessions(server, await redisStore()),
  synchronous: server => {
    server.get('/auth/session', checkSynchronously())
  },
  'better-auth': server => betterAuth(server),
}

function withSessions(server: Express, store: Store) {
  store.set(SID, {
    cookie: { originalMaxAge: 86_400_000, expires: new Date(Date.now() + 86_400_000) },
    userId: 1,
  } as never)
  server.use(session({ name: BENCH_COOKIE, secret: BENCH_SECRET, store, resave: false, saveUninitialized: false }))
  server.get('/auth/session', (request, response) => {
    if (!('userId' in request.session)) return void response.status(401).end()
    response.json(answer)
  })
}

async function redisStore(): Promise<Store> {
  const { createClient } = await installed('redis')
  const { RedisStore } = await installed('connect-redis')
  const client = await createClient({ url: process.env.REDIS_URL ?? 'redis://127.0.0.1:6379' }).connect()
  return new RedisStore({ client, prefix: `bench-${process.pid}:`, ttl: 600 })
}

/** By hand: the cookie's signature, then one prepared statement on the main thread. */
function checkSynchronously(): RequestHandler {
  const database = new DatabaseSync(DATABASE)
  database.exec(`
    CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);
    CREATE TABLE sessions (sid TEXT PRIMARY KEY, userId INTEGER, expires INTEGER) WITHOUT ROWID;
    INSERT INTO users VALUES (1, 'ada@example.org')`)
  database.prepare('INSERT INTO sessions VALUES (?, 1, ?)').run(SID, Date.now() + 86_400_000)
  const find = database.prepare(
    'SELECT u.email FROM sessions s JOIN users u ON u.id = s.userId WHERE s.sid = ? AND s.expires > ?',
  )
  return (request, response) => {
    const [, value = ''] = /connect\.sid=([^;]+)/.exec(request.headers.cookie ?? '') ?? []
    const sid = unsign(decodeURIComponent(value).slice(2), BENCH_SECRET)
    if (sid === false || !find.get(sid, Date.now())) return void response.status(401).end()
    response.json(answer)
  }
}

/** Its own endpoint and cookie: /cookie tells which one to send. */
async function betterAuth(server: Express) {
  const { betterAuth: create } = await installed('better-auth')
  const { toNodeHandler } = await installed('better-auth/node')
  const { getMigrations } = await installed('better-auth/db/migration')
  const options = {
    database: new DatabaseSync(DATABASE),
    baseURL: process.env.BASE_URL,
    secret: BENCH_SECRET,
    emailAndPassword: { enabled: true },
    rateLimit: { enabled: false },
    logger: { disabled: true },
  }
  await (await getMigrations(options)).runMigrations()
  const auth = create(options)
  const body = { email: 'ada@example.org', password: 'seven green bicycles at dawn', name: 'Ada' }
  const { headers } = await auth.api.signUpEmail({ body, returnHeaders: true })
  const cookie = headers
    .getSetCookie()
    .map((each: string) => each.split(';')[0])
    .join('; ')
  server.get('/cookie', (_request, response) => void response.send(cookie))
  server.all('/api/auth/*path', toNodeHandler(auth))
}

// biome-ignore lint/suspicious/noExplicitAny: these packages are installed for the bench only, so their types are not there.
async function installed(name: string): Promise<any> {
  return await import(pathToFileURL(createRequire(`${PACKAGES}/`).resolve(name)).href)
}

await PEERS[PEER]?.(app)
app.listen(Number(process.env.PORT), '127.0.0.1')
