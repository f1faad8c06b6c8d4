import express from 'express'
import helmet from 'helmet'

/** The yardstick: Express and helmet, answering Latchkey's JSON with no session at all. ANSWERS maps paths to bodies. */
const answers = JSON.parse(process.env.ANSWERS ?? '{}') as Record<string, unknown>

const app = express()
app.use(helmet())
for (const [path, body] of Object.entries(answers)) {
  app.get(path, (_request, response) => {
    response.json(body)
  })
}
app.get('/healthz', (_request, response) => {
  response.json({ status: 'ok' })
})

app.listen(Number(process.env.PORT), '127.0.0.1')
