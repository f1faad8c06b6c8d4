import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Request, Response } from 'express'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { minutes } from '../../src/durations.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { refusals } from '../../src/http/responses.ts'
import { cookiesOf, sidOf, startServer, type TestServer } from '../support/harness.ts'
import { called, keysOf } from '../support/plain-app.ts'

// What the routes of a team do with the session, through the whole app (docs/sessions.md).

type Handler = (input: { req: Request; res: Response }) => unknown

let handler: Handler = () => undefined
const team = endpoint({
  method: 'post',
  path: '/auth/team',
  summary: '',
  tags: [],
  access: 'public',
  responses: {
    200: { description: '', schema: z.unknown() },
    202: { description: '', schema: z.unknown() },
    ...refusals(500),
  },
  handler: input => handler(input),
})
const teamText = endpoint({
  method: 'get',
  path: '/auth/team/text',
  summary: '',
  tags: [],
  access: 'public',
  responses: Object.fromEntries(
    [200, 302, 304].map(status => [status, { description: '', schema: z.string(), contentType: 'text/plain' }]),
  ),
  handler: input => handler(input),
})

let server: TestServer
let browser: Awaited<ReturnType<TestServer['signIn']>>['browser']
let cookie: string
let directory: string
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'latchkey-team-'))
  await writeFile(path.join(directory, 'file.txt'), 'a file')
  server = await startServer({ LOG_LEVEL: 'error' }, undefined, { auth: () => [team, teamText] })
  await server.register()
})
afterAll(async () => {
  await server.close()
  await rm(directory, { recursive: true })
})
beforeEach(async () => {
  const signedIn = await server.signIn()
  browser = signedIn.browser
  cookie = signedIn.cookie
})

/** Asks the route of the team, which does this. */
function ask(what: Handler) {
  handler = what
  return browser.post('/auth/team')
}
/** The same of a route that is declared to answer plain text. */
function askForText(what: Handler) {
  handler = what
  return browser.get('/auth/team/text')
}
async function row() {
  const sid = sidOf(cookie.split('=')[1] ?? '')
  const [found] = await server.rows<{ createdAt: string; expires: string; endReason: string | null }>(
    `SELECT * FROM "Sessions" WHERE "sid" = '${sid}'`,
  )
  return {
    keys: JSON.parse((await server.contentOf(sid)) ?? '{}'),
    endReason: found?.endReason,
    lifetime: new Date(found?.expires ?? 0).getTime() - new Date(found?.createdAt ?? 0).getTime(),
  }
}
function quietly() {
  const logged: string[] = []
  vi.spyOn(server.deps.logger, 'error').mockImplementation(((...line: unknown[]) => {
    logged.push(JSON.stringify(line))
    return server.deps.logger
  }) as never)
  return logged
}

describe('a route that changes the session and answers by res', () => {
  test('another status with JSON is sent as it was meant, and the change is kept', async () => {
    await ask(({ req, res }) => {
      keysOf(req).kept = true
      res.status(202).json({ later: true })
    }).expect(202, { later: true })
    expect((await row()).keys.kept).toBe(true)
  })

  const answers: [string, number, string, (res: Response) => unknown][] = [
    ['a redirect', 302, 'Found. Redirecting to /elsewhere', res => res.redirect('/elsewhere')],
    ['304', 304, '', res => res.status(304).end()],
    ['a file', 200, 'a file', res => res.sendFile('file.txt', { root: directory })],
    [
      'a stream',
      200,
      'first, last',
      res => {
        res.type('text/plain').write('first, ')
        setImmediate(() => res.end('last'))
      },
    ],
    [
      'what was ended twice, from the first end',
      200,
      'one',
      res => {
        res.type('text/plain').end('one')
        res.end('two')
      },
    ],
  ]
  test.each(answers)('%s is sent as it was meant, and the change is kept', async (_, status, text, answer) => {
    const received = await askForText(({ req, res }) => {
      keysOf(req).kept = true
      answer(res)
    }).expect(status)
    expect(received.text).toBe(text)
    expect(received.headers.location).toBe(status === 302 ? '/elsewhere' : undefined)
    expect((await row()).keys.kept).toBe(true)
  })

  test('what is thrown after the answer does not become a second one', async () => {
    const logged = quietly()
    const answer = await ask(({ req, res }) => {
      keysOf(req).kept = true
      res.json({ answered: true })
      throw new Error('too late')
    }).catch((error: Error) => error)
    if (!(answer instanceof Error)) expect(answer.body).toEqual({ answered: true })
    expect(logged.join()).toContain('too late')
  })
})

describe('req.session = null', () => {
  test.each<[string, (req: Request, res: Response) => unknown]>([
    [
      'in the handler',
      req => {
        Object.assign(req, { session: null })
        return { ok: true }
      },
    ],
    [
      'in a timer, answered by res',
      (req, res) => {
        setImmediate(() => {
          Object.assign(req, { session: null })
          res.json({ ok: true })
        })
      },
    ],
  ])('%s: answered, nothing is saved, and the session stays', async (_, answer) => {
    await ask(({ req, res }) => {
      keysOf(req).lost = true
      return answer(req, res)
    }).expect(200, { ok: true })
    expect((await row()).keys).not.toHaveProperty('lost')
    await browser.get('/auth/session').expect(200)
  })
})

describe('the cookie of a session', () => {
  test('is told as express-session documents it, also by JSON.stringify', async () => {
    const { body } = await ask(({ req }) => JSON.parse(JSON.stringify(req.session))).expect(200)
    expect(body).toMatchObject({ auth: { factors: ['password'] }, cookie: { path: '/', httpOnly: true } })
    expect(Date.parse(body.cookie.expires)).toBeGreaterThan(Date.now())
    expect(body.cookie.originalMaxAge).toBeGreaterThan(server.env.SESSION_ABSOLUTE - minutes(1))
  })

  test.each<[string, (req: Request) => void]>([
    ['maxAge', req => Object.assign(req.session.cookie, { maxAge: minutes(1) })],
    ['expires', req => Object.assign(req.session.cookie, { expires: new Date(Date.now() + minutes(1)) })],
  ])('7.3.1 a shorter %s ends the session as early on the server, and at the next request too', async (_, shorten) => {
    await ask(({ req }) => {
      shorten(req)
      return {}
    }).expect(200)
    const isShort = ({ lifetime }: { lifetime: number }) => lifetime > minutes(0.5) && lifetime < minutes(2)
    expect(isShort(await row())).toBe(true)
    await browser.get('/auth/session').expect(200)
    const { body } = await ask(({ req }) => ({ left: req.session.cookie.maxAge })).expect(200)
    expect(body.left).toBeLessThanOrEqual(minutes(1))
    expect(isShort(await row())).toBe(true)
  })

  test('a session that was made to end at once is over', async () => {
    await ask(({ req }) => {
      req.session.cookie.maxAge = 1
      return {}
    }).expect(200)
    await vi.waitFor(async () => expect((await browser.get('/auth/session')).status).toBe(401))
  })

  test('a longer one changes the browser’s cookie, never how long the session lives', async () => {
    const answer = await ask(({ req }) => {
      keysOf(req).changed = true
      req.session.cookie.maxAge = server.env.SESSION_ABSOLUTE * 10
      return {}
    }).expect(200)
    const sent = cookiesOf(answer).get('connect.sid')?.attributes.get('expires') ?? ''
    expect(Date.parse(sent)).toBeGreaterThan(Date.now() + server.env.SESSION_ABSOLUTE * 9)
    expect((await row()).lifetime).toBeLessThan(server.env.SESSION_ABSOLUTE + minutes(1))
  })
})

describe('8.2.1 what says who signed in, and how, is written by signing in only', () => {
  test.each<[string, (req: Request) => unknown]>([
    ['auth', req => Object.assign(req.session, { auth: { at: Date.now(), factors: ['passkey'] } })],
    ['auth', req => req.session.auth?.factors.push('passkey')],
    ['passport', req => Object.assign(req.session, { passport: { user: randomUUID() } })],
    ['review', req => Object.assign(req.session, { review: true })],
    ['remember', req => Object.assign(req.session, { remember: true })],
    ['pendingLogin', req => Object.assign(req.session, { pendingLogin: { userId: randomUUID() } })],
  ])('req.session.%s that a route changes is refused with an error that names it', async (key, change) => {
    const before = await row()
    const logged = quietly()
    await ask(({ req }) => {
      change(req)
      return {}
    }).expect(500)
    expect(logged.join()).toContain(`req.session.${key} is reserved`)
    expect((await row()).keys).toEqual(before.keys)
    expect((await browser.get('/auth/session').expect(200)).body.factors).toEqual(['password'])
  })

  test('a renewal lets no changed one pass either', async () => {
    const logged = quietly()
    await ask(async ({ req }) => {
      req.session.auth = { at: Date.now(), factors: ['passkey'] }
      await server.deps.store.renew(req)
      return {}
    }).expect(500)
    expect(logged.join()).toContain('req.session.auth is reserved')
  })

  test('Passport’s own login is refused, its logout signs out', async () => {
    quietly()
    const { body: principal } = await browser.get('/auth/profile').expect(200)
    const other = { ...principal, id: randomUUID() }
    await ask(async ({ req }) => {
      await called(done => req.logIn(other, done))
      return {}
    }).expect(500)
    browser = (await server.signIn()).browser
    await ask(async ({ req }) => {
      await called(done => req.logout(done))
      return {}
    }).expect(200)
    await browser.get('/auth/session').expect(401)
  })

  test('they may be carried over to a regenerated session by hand, as express-session shows', async () => {
    await ask(async ({ req }) => {
      const { cookie: _, ...kept } = req.session
      await called(done => req.session.regenerate(done))
      Object.assign(req.session, kept, { note: 'carried' })
      return {}
    }).expect(200)
    await browser.get('/auth/session').expect(200)
    const { body } = await ask(({ req }) => ({ note: keysOf(req).note })).expect(200)
    expect(body.note).toBe('carried')
  })
})

test('two requests at once that change different keys keep both', async () => {
  const reached = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  const slow = ask(async ({ req }) => {
    reached.resolve()
    await gate.promise
    keysOf(req).slow = true
    return {}
  }).then(answer => answer)
  await reached.promise
  await ask(({ req }) => {
    keysOf(req).fast = true
    return {}
  }).expect(200)
  gate.resolve()
  expect((await slow).status).toBe(200)
  expect((await row()).keys).toMatchObject({ slow: true, fast: true })
})
