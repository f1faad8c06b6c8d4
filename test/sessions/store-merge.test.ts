import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { IN_DATABASE_ONLY } from '../support/database.ts'
import { startServer, type TestServer } from '../support/harness.ts'
import { called, keysOf, startPlainApp } from '../support/plain-app.ts'
import { failStatements, statementsOf } from '../support/statements.ts'
import { moveClock, stopClock } from '../support/ways.ts'

type Agent = ReturnType<Awaited<ReturnType<typeof startPlainApp>>['agent']>

let server: TestServer
let app: Awaited<ReturnType<typeof startPlainApp>>
let browser: Agent
let release: () => void
let entered: Promise<void>

beforeAll(async () => {
  server = await startServer()
  app = await startPlainApp(server)
  app.on('/put', req => void Object.assign(req.session, Object.fromEntries(new URL(req.url, 'http://x').searchParams)))
  app.on('/delete', req => void delete keysOf(req).a)
  app.on('/show', req => ({ ...req.session, cookie: undefined }))
  app.on('/destroy', req => called(done => req.session.destroy(done)))
  app.on('/regenerate', req => called(done => req.session.regenerate(done)))
})
afterAll(async () => {
  await app.close()
  await server.close()
})

/** A request that has its session, waits in its handler until `release`, and then does its work. */
function slowly(work: (keys: Record<string, unknown>) => void) {
  const reached = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  entered = reached.promise
  release = gate.resolve
  app.on('/slow', async req => {
    reached.resolve()
    await gate.promise
    work(keysOf(req))
  })
  return browser.get('/slow').then(answer => answer)
}
const shown = async () => (await browser.get('/show').expect(200)).body
const rows = () => server.rows<{ sid: string }>('SELECT "sid", "endReason", "data", "version" FROM "Sessions"')

beforeEach(async () => {
  browser = app.agent()
  await browser.get('/put?a=1').expect(200)
})
afterEach(() => void vi.useRealTimers())

describe('15.4.1 parallel requests of one session keep one another’s keys', () => {
  test('a slow request writes its key beside those written meanwhile', async () => {
    const slow = slowly(keys => {
      keys.slow = true
    })
    await entered
    await browser.get('/put?b=2')
    await browser.get('/put?c=3')
    release()
    await slow
    expect(await shown()).toEqual({ a: '1', b: '2', c: '3', slow: true })
  })

  test('30 at once: none is lost', async () => {
    const keys = Array.from({ length: 30 }, (_, index) => `k${index}`)
    await Promise.all(keys.map(key => browser.get(`/put?${key}=1`).expect(200)))
    expect(Object.keys(await shown()).sort()).toEqual(['a', ...keys].sort())
  })

  test('a key deleted meanwhile stays deleted where the slow request did not touch it', async () => {
    const slow = slowly(keys => {
      keys.slow = true
    })
    await entered
    await browser.get('/delete')
    release()
    await slow
    expect(await shown()).toEqual({ slow: true })
  })

  test('a slow deletion takes its key only', async () => {
    const slow = slowly(keys => void delete keys.a)
    await entered
    await browser.get('/put?b=2')
    release()
    await slow
    expect(await shown()).toEqual({ b: '2' })
  })

  test('of two that write the same key, the later wins, with the whole value', async () => {
    const slow = slowly(keys => {
      keys.a = { from: 'slow' }
    })
    await entered
    await browser.get('/put?a=fast')
    release()
    await slow
    expect(await shown()).toEqual({ a: { from: 'slow' } })
  })

  test('a request that writes nothing back does not undo what another wrote', async () => {
    const slow = slowly(keys => {
      keys.a = '1'
    })
    await entered
    await browser.get('/put?a=2')
    release()
    await slow
    expect(await shown()).toEqual({ a: '2' })
  })

  test('a second save in one request keeps what another wrote between', async () => {
    app.on('/save-around', async req => {
      keysOf(req).first = true
      await called(done => req.session.save(done))
      await browser.get('/put?between=1')
      keysOf(req).second = true
    })
    await browser.get('/save-around')
    expect(await shown()).toEqual({ a: '1', first: true, between: '1', second: true })
  })
})

describe('a slow request never brings an ended session back', () => {
  const ends = [
    ['signed out', () => browser.get('/destroy')],
    ['replaced by a new id', () => browser.get('/regenerate')],
    ['ended by somebody else', () => called(done => server.deps.store.clear(done))],
    ['expired', () => moveClock(server.env.SESSION_ABSOLUTE, server)],
  ] as const

  test.each(ends)('%s meanwhile: it writes nothing, makes no row, and the cookie stays dead', async (_how, end) => {
    stopClock(server)
    const slow = slowly(keys => {
      keys.slow = true
    })
    await entered
    await end()
    const before = await rows()
    release()
    expect((await slow).status).toBe(200)
    expect(await rows()).toEqual(before)
    expect(await shown()).toEqual({})
  })

  test('even after the sweep has dropped its row', async () => {
    const slow = slowly(keys => {
      keys.slow = true
    })
    await entered
    await browser.get('/destroy')
    await server.rows('DELETE FROM "Sessions"')
    release()
    await slow
    expect(await rows()).toEqual([])
  })
})

describe('set and destroy are one statement each', IN_DATABASE_ONLY, () => {
  const written = async (work: () => Promise<unknown>) =>
    (await statementsOf(work))
      .filter(sql => /^(INSERT|UPDATE|DELETE|BEGIN|COMMIT)/i.test(sql))
      .map(sql => sql.slice(0, 17).replaceAll('`', '"'))

  test('the first save, a later one and the end', async () => {
    browser = app.agent()
    expect(await written(() => browser.get('/put?a=1'))).toEqual(['INSERT INTO "Sess'])
    expect(await written(() => browser.get('/put?a=2'))).toEqual(['UPDATE "Sessions"'])
    expect(await written(() => browser.get('/destroy'))).toEqual(['UPDATE "Sessions"'])
  })

  test('a save that fails fails its caller, is logged, and leaves what was there', async () => {
    const failing = Promise.withResolvers<unknown>()
    app.on('/save', async req => {
      keysOf(req).lost = true
      failing.resolve(await called(done => req.session.save(done)).catch((error: Error) => error.name))
    })
    const heal = failStatements(/UPDATE .Sessions./)
    const logged = vi.spyOn(server.deps.logger, 'error').mockImplementation(() => server.deps.logger)
    await browser.get('/save')
    heal()
    expect(await failing.promise).toBe('StoreUnavailable')
    expect(logged).toHaveBeenCalled()
    expect(await shown()).not.toHaveProperty('lost')
  })
})
