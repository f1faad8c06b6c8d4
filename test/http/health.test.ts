import supertest from 'supertest'
import { expect, test, vi } from 'vitest'
import { expectProblem } from '../support/expect-problem.ts'
import { startServer } from '../support/harness.ts'

test('ready is who has a migrated database, alive is who answers; neither tells more', async () => {
  const server = await startServer()
  await supertest(server.url).get('/healthz').expect(200, { status: 'ok' })
  await supertest(server.url).get('/readyz').expect(200, { status: 'ok', channel: 'alive' })

  server.deps.logger.silent = true
  await server.rows(`DELETE FROM "Migrations" WHERE "name" = (SELECT MAX("name") FROM "Migrations")`)
  const waiting = await vi.waitUntil(
    () =>
      supertest(server.url)
        .get('/readyz')
        .then(answer => answer.status === 503 && answer),
    5000,
  )
  expect(expectProblem(waiting, 503, 'service_unavailable').detail).toContain('migrate up')
  expect(waiting.headers['retry-after']).toBe('5')
  await supertest(server.url).get('/healthz').expect(200)
  await server.close()
})
