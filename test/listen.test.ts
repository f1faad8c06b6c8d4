import type { IncomingMessage, ServerResponse } from 'node:http'
import express, { type Express } from 'express'
import supertest from 'supertest'
import { afterEach, test } from 'vitest'
import { createLogger } from '../configs/logger.ts'
import { type ListeningServer, listen } from '../src/http/listen.ts'

let running: ListeningServer | undefined
afterEach(() => running?.finish())

const listenWith = async (app: Express) => {
  running = await listen(
    app,
    { HOST: '127.0.0.1', PORT: 0 },
    createLogger({ LOG_LEVEL: 'error', LOG_FORMAT: 'pretty' }, () => undefined),
  )
  return running
}

test("requests and answers have Express's prototypes before Express sees them, so that it changes none", async () => {
  const app = express()
  app.get('/', (req, res) => void res.json({ own: req.app === app, after: [req, res].map(prototypeOf).map(numberOf) }))
  const seen: object[] = []
  const numberOf = (prototype: object) => seen.indexOf(prototype)
  const { server, port } = await listenWith(app)
  server.prependListener('request', (req: IncomingMessage, res: ServerResponse) => {
    seen.push(prototypeOf(req), prototypeOf(res))
  })
  await supertest(`http://127.0.0.1:${port}`)
    .get('/')
    .expect(200, { own: true, after: [0, 1] })
})

test('an app that is mounted in another has its own requests, and gives them back', async () => {
  const [app, inner] = [express(), express()]
  const apps = (req: express.Request) => (req.app === inner ? 'inner' : 'outer')
  const owners: string[] = []
  inner.use((req, _res, next) => {
    owners.push(apps(req))
    next()
  })
  app.use('/inner', inner)
  app.get('/inner', (req, res) => void res.json([...owners, apps(req)]))
  const { port } = await listenWith(app)
  await supertest(`http://127.0.0.1:${port}`).get('/inner').expect(200, ['inner', 'outer'])
})

const prototypeOf = (value: object): object => Object.getPrototypeOf(value)
