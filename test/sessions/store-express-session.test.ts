import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cookiesOf, sidOf, startServer, type TestServer } from '../support/harness.ts'
import { called, keysOf, startPlainApp } from '../support/plain-app.ts'

let server: TestServer
let app: Awaited<ReturnType<typeof startPlainApp>>
beforeAll(async () => {
  server = await startServer()
  app = await startPlainApp(server)
  app.on('/', () => 'untouched')
  app.on('/count', req => {
    keysOf(req).views = Number(keysOf(req).views ?? 0) + 1
    return keysOf(req).views
  })
  app.on('/show', req => ({ ...req.session, cookie: undefined }))
  app.on('/destroy', req => called(done => req.session.destroy(done)))
})
afterAll(async () => {
  await app.close()
  await server.close()
})

const sessionCookie = (answer: Parameters<typeof cookiesOf>[0]) => cookiesOf(answer).get('connect.sid')
async function rowsOf(sid: string) {
  const rows = await server.rows<{ version: number; endReason: string | null; data: string }>(
    `SELECT "version", "endReason", "data" FROM "Sessions" WHERE "sid" = '${sid}'`,
  )
  const content = await server.contentOf(sid)
  return rows.map(row => ({ ...row, data: content ?? row.data }))
}

describe('what expressjs/session documents holds over this store', () => {
  test('a session that nothing was put in makes no row and sets no cookie', async () => {
    const before = await server.rows('SELECT "sid" FROM "Sessions"')
    const answer = await app.agent().get('/').expect(200)
    expect(sessionCookie(answer)).toBeUndefined()
    expect(await server.rows('SELECT "sid" FROM "Sessions"')).toHaveLength(before.length)
  })

  test('what was put in is there at the next request, under the same id', async () => {
    const browser = app.agent()
    const first = await browser.get('/count').expect(200, '1')
    await browser.get('/count').expect(200, '2')
    await browser.get('/count').expect(200, '3')
    const rows = await rowsOf(sidOf(sessionCookie(first)?.value ?? ''))
    expect(rows.map(({ data }) => data)).toEqual(['{"views":3}'])
  })

  test('a session that did not change is not written and sets no cookie again', async () => {
    const browser = app.agent()
    const sid = sidOf(sessionCookie(await browser.get('/count'))?.value ?? '')
    const answer = await browser.get('/show').expect(200, { views: 1 })
    expect(sessionCookie(answer)).toBeUndefined()
    expect(await rowsOf(sid)).toMatchObject([{ version: 1 }])
  })

  test('two browsers have two sessions', async () => {
    const [one, other] = [app.agent(), app.agent()]
    await one.get('/count').expect(200, '1')
    await one.get('/count').expect(200, '2')
    await other.get('/count').expect(200, '1')
    await one.get('/count').expect(200, '3')
  })

  test('the cookie carries the configured attributes and lasts as long as the row may', async () => {
    const answer = await app.agent().get('/count')
    const cookie = sessionCookie(answer)
    expect(Object.fromEntries(cookie?.attributes ?? [])).toMatchObject({ path: '/', httponly: '', samesite: 'Lax' })
    const [row] = await server.rows<{ absoluteExpires: string }>(
      `SELECT "absoluteExpires" FROM "Sessions" WHERE "sid" = '${sidOf(cookie?.value ?? '')}'`,
    )
    const expires = Date.parse(cookie?.attributes.get('expires') ?? '')
    expect(Math.abs(expires - new Date(row?.absoluteExpires ?? 0).getTime())).toBeLessThan(1500)
  })

  test('the cookie that every session has is no content: it is rebuilt at each read and ends with the session', async () => {
    const browser = app.agent()
    const sid = sidOf(sessionCookie(await browser.get('/count'))?.value ?? '')
    const session = await called<Express.Request['session']>(done => server.deps.store.get(sid, done as never))
    expect(session.cookie).toMatchObject({ path: '/', httpOnly: true, sameSite: 'lax', secure: false })
    const [row] = await server.rows<{ absoluteExpires: string }>(
      `SELECT "absoluteExpires" FROM "Sessions" WHERE "sid" = '${sid}'`,
    )
    expect(new Date(session.cookie.expires ?? 0)).toEqual(new Date(row?.absoluteExpires ?? 0))
    expect(JSON.parse((await rowsOf(sid))[0]?.data ?? '')).toEqual({ views: 1 })
  })

  test('regenerate gives a new, empty session, and the old id is dead', async () => {
    app.on('/regenerate', async req => {
      await called(done => req.session.regenerate(done))
      keysOf(req).fresh = true
    })
    const browser = app.agent()
    const old = sessionCookie(await browser.get('/count'))?.value ?? ''
    const renewed = sessionCookie(await browser.get('/regenerate'))?.value ?? ''
    expect(sidOf(renewed)).not.toBe(sidOf(old))
    await browser.get('/show').expect(200, { fresh: true })
    await app.agent().get('/show').set('Cookie', `connect.sid=${old}`).expect(200, {})
    expect(await rowsOf(sidOf(old))).toMatchObject([{ endReason: 'replaced', data: '{}' }])
  })

  test('content carried over to the new session by hand is kept', async () => {
    app.on('/carry-over', async req => {
      const carried = { ...req.session }
      await called(done => req.session.regenerate(done))
      Object.assign(req.session, carried, { cookie: req.session.cookie })
    })
    const browser = app.agent()
    await browser.get('/count').expect(200, '1')
    await browser.get('/carry-over').expect(200)
    await browser.get('/count').expect(200, '2')
  })

  test('destroy ends the session; the next request gets a new one', async () => {
    const browser = app.agent()
    const old = sidOf(sessionCookie(await browser.get('/count'))?.value ?? '')
    await browser.get('/destroy').expect(200)
    const next = sessionCookie(await browser.get('/count').expect(200, '1'))
    expect(sidOf(next?.value ?? '')).not.toBe(old)
    expect(await rowsOf(old)).toMatchObject([{ endReason: 'signed-out' }])
  })

  test('reload throws away what was not saved and keeps what another request saved', async () => {
    app.on('/reload', async req => {
      keysOf(req).unsaved = true
      await browser.get('/count').expect(200, '2')
      await called(done => req.session.reload(done))
      return keysOf(req)
    })
    const browser = app.agent()
    await browser.get('/count')
    const { body } = await browser.get('/reload').expect(200)
    expect(body).toMatchObject({ views: 2 })
    expect(body).not.toHaveProperty('unsaved')
  })

  test('reload of a session that ended meanwhile fails', async () => {
    app.on('/reload-ended', async req => {
      await called(done => server.deps.store.destroy(req.sessionID, done))
      return called(done => req.session.reload(done)).catch((error: Error) => error.message)
    })
    const browser = app.agent()
    await browser.get('/count')
    await browser.get('/reload-ended').expect(200, '"failed to load session"')
  })

  test('save twice in one request writes each change', async () => {
    app.on('/save-twice', async req => {
      keysOf(req).first = 1
      await called(done => req.session.save(done))
      keysOf(req).second = 2
      await called(done => req.session.save(done))
    })
    const browser = app.agent()
    await browser.get('/save-twice').expect(200)
    await browser.get('/show').expect(200, { first: 1, second: 2 })
  })

  test('a change deep inside a value is kept, also after a save', async () => {
    app.on('/put', req => {
      keysOf(req).cart = { items: ['one'] }
    })
    app.on('/push', req => void (keysOf(req).cart as { items: string[] }).items.push('two'))
    app.on('/save-push', async req => {
      const cart = keysOf(req).cart as { items: string[] }
      cart.items.push('three')
      await called(done => req.session.save(done))
      cart.items.push('four')
    })
    const browser = app.agent()
    for (const path of ['/put', '/push', '/save-push']) await browser.get(path).expect(200)
    await browser.get('/show').expect(200, { cart: { items: ['one', 'two', 'three', 'four'] } })
  })

  test('a deleted key is gone', async () => {
    app.on('/delete', req => void delete keysOf(req).views)
    const browser = app.agent()
    await browser.get('/count')
    await browser.get('/delete').expect(200)
    await browser.get('/show').expect(200, {})
  })

  test('a session that was never saved can be destroyed and regenerated', async () => {
    app.on('/regenerate-nothing', req => called(done => req.session.regenerate(done)))
    await app.agent().get('/destroy').expect(200)
    await app.agent().get('/regenerate-nothing').expect(200)
  })
})
