import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import connectSessionSequelize from 'connect-session-sequelize'
import express, { type Request, type RequestHandler } from 'express'
import session, { type SessionData } from 'express-session'
import { DataTypes, Sequelize } from 'sequelize'
import { hours } from '../../../src/durations.ts'
import { keysOf } from '../plain-app.ts'
import { setClock } from './clock.ts'
import { createGates, serve } from './ipc.ts'

/**
 * A node as these libraries are usually wired: express-session over the plain connect-session-sequelize store, its table made by
 * `sync()`. It answers what the model asks of ours, so that the model can show that it sees the faults of the plain store.
 */
const db = new Sequelize({
  dialect: 'sqlite',
  storage: (process.env.DATABASE_URL ?? '').slice('sqlite:'.length),
  logging: false,
})
const StockStore = connectSessionSequelize(session.Store)
const store = new StockStore({ db, checkExpirationInterval: 0, expiration: hours(1) })
const people = db.define('People', {
  id: { type: DataTypes.UUID, primaryKey: true },
  email: DataTypes.STRING,
  disabled: DataTypes.BOOLEAN,
})
await db.query('PRAGMA journal_mode = WAL')
await db.sync()

const gates = createGates()
const app = express()
app.use(express.json())
app.use(
  session({
    secret: 'test-only',
    store,
    resave: false,
    saveUninitialized: false,
    rolling: true,
    cookie: { maxAge: hours(1) },
  }),
)

async function personOf(req: Request) {
  const id = keysOf(req).userId
  const person = typeof id === 'string' ? await people.findByPk(id) : null
  return person?.get('disabled') ? null : person
}
const signedIn: RequestHandler = async (req, res, next) => {
  if (await personOf(req)) return next()
  res.status(401).json({})
}
function called(method: (done: (error?: unknown) => void) => unknown) {
  return new Promise<void>((resolve, reject) => void method(error => (error ? reject(error) : resolve())))
}

/** Whoever wants to end a user's sessions has to search the text of all. */
function endAllOf(userId: string, except = '') {
  return db.query(`DELETE FROM "Sessions" WHERE "data" LIKE '%${userId}%' AND "sid" <> '${except}'`)
}

type Stored = SessionData & { userId?: string }
function stored(sid: string | string[] = '') {
  return new Promise<Stored | null | undefined>((resolve, reject) => {
    store.get(String(sid), (error, found) => (error ? reject(error) : resolve(found)))
  })
}

app.post('/auth/register', async (req, res) => {
  const person = { id: randomUUID(), email: String(req.body.email), disabled: false }
  await people.create(person)
  res.status(201).json(person)
})
app.post('/auth/login', async (req, res) => {
  const person = await people.findOne({ where: { email: String(req.body.email) } })
  if (!person || person.get('disabled')) return void res.status(401).json({})
  await called(done => req.session.regenerate(done))
  keysOf(req).userId = person.get('id')
  if (req.body.rememberMe) req.session.cookie.maxAge = hours(5)
  await called(done => req.session.save(done))
  res.json({})
})
app.post('/auth/logout', signedIn, async (req, res) => {
  await called(done => req.session.destroy(done))
  res.json({})
})
app.get('/auth/session', signedIn, (req, res) => void res.json({ session: { id: req.sessionID } }))
app.get('/auth/profile', signedIn, (_req, res) => void res.json({}))
app.get('/auth/model', signedIn, (req, res) => {
  const entries = Object.entries(req.session).filter(([key, content]) => content?.value === key)
  res.json(entries)
})
app.post('/auth/model', signedIn, async (req, res) => {
  const { set, remove, wait } = req.body
  if (wait) await gates.wait(wait)
  if (set) keysOf(req)[set] = { value: set }
  if (remove) delete keysOf(req)[remove]
  res.json({})
})
app.delete('/auth/sessions', signedIn, async (req, res) => {
  await endAllOf(String(keysOf(req).userId), req.sessionID)
  res.json({})
})
app.delete('/auth/sessions/:id', signedIn, async (req, res) => {
  const theirs = await stored(req.params.id)
  if (theirs?.userId !== keysOf(req).userId) return void res.status(404).json({})
  await called(done => store.destroy(String(req.params.id), done))
  res.json({})
})

const server = app.listen(0, '127.0.0.1')
await once(server, 'listening')

const setDisabled = (disabled: boolean) => (id: string) => people.update({ disabled }, { where: { id } })
serve({
  port: () => (server.address() as AddressInfo).port,
  clock: setClock,
  release: gates.release,
  releaseAll: gates.releaseAll,
  sweep: () => Reflect.apply(Reflect.get(store, 'clearExpiredSessions'), store, []),
  disable: async (id: string) => {
    await setDisabled(true)(id)
    await endAllOf(id)
  },
  enable: setDisabled(false),
  reset: async () => {
    await db.query('DELETE FROM "Sessions"')
    await people.update({ disabled: false }, { where: {} })
  },
})
