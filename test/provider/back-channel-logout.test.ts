import type { ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  randomPKCECodeVerifier,
  refreshTokenGrant,
} from 'openid-client'
import { Op } from 'sequelize'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { Client } from '../../models/client.ts'
import { Consent } from '../../models/consent.ts'
import { LogoutNotice } from '../../models/logout-notice.ts'
import { OidcArtifact } from '../../models/oidc-artifact.ts'
import { Session } from '../../models/session.ts'
import { User } from '../../models/user.ts'
import { days, seconds } from '../../src/durations.ts'
import { startExpirySweep } from '../../src/maintenance/expired-rows.ts'
import { deleteClient } from '../../src/provider/clients.ts'
import { type LogoutWorker, startLogoutWorker } from '../../src/provider/logout-worker.ts'
import { cliHere } from '../support/cli-in-process.ts'
import { settingsOf } from '../support/cli-process.ts'
import { PASSWORD, startServer } from '../support/harness.ts'
import { startLogoutReceiver } from '../support/logout-receiver.ts'
import { CALLBACK, startOpenidProvider } from '../support/openid-provider.ts'
import { closeServers } from '../support/plain-server.ts'
import { bodyOf, type Surfer } from '../support/surfer.ts'

let it: Awaited<ReturnType<typeof startOpenidProvider>>
let receiver: Awaited<ReturnType<typeof startLogoutReceiver>>
let worker: LogoutWorker
let wiki: Configuration
let chat: Configuration
let people = 0
beforeAll(async () => {
  it = await startOpenidProvider()
  receiver = await startLogoutReceiver(it.issuer)
  worker = startLogoutWorker(it.server.deps)
  wiki = await application('wiki')
  chat = await application('chat', { idTokenAlgorithm: 'ES256' })
})
afterAll(async () => {
  await worker.stop()
  await it.server.close()
  await closeServers()
})
beforeEach(() => LogoutNotice.destroy({ where: {} }))

async function application(id: string, properties: Parameters<typeof it.addClient>[1] = {}) {
  const added = await it.addClient(id, { backchannelLogoutUri: receiver.uriOf(id), ...properties })
  const { idTokenAlgorithm = 'RS256' } = properties
  return it.relyingParty(added, { id_token_signed_response_alg: idTokenAlgorithm })
}

type Person = { email: string; name: string; password: string }
type Visitor = { person: Person; surfer: Surfer; sid: string; userId: string }

/** Somebody new, signed in. */
async function visitor(): Promise<Visitor> {
  people++
  const person = { email: `visitor${people}@example.org`, name: 'A visitor', password: PASSWORD }
  await it.server.register(person)
  return { person, ...(await signedIn(person)) }
}

async function signedIn(person: Person) {
  const surfer = await it.signIn(person)
  const answer = await surfer.ask(`${it.server.url}/auth/session`)
  const { session, user } = await bodyOf<{ session: { id: string }; user: { id: string } }>(answer)
  return { surfer, sid: session.id, userId: user.id }
}

/** Signs the browser in to an application. @returns its tokens */
async function enter(surfer: Surfer, party: Configuration) {
  const verifier = randomPKCECodeVerifier()
  const url = buildAuthorizationUrl(party, {
    redirect_uri: CALLBACK,
    scope: 'openid',
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })
  const response = await surfer.ask(url)
  const answer = new URL(response.headers.get('location') ?? '', it.issuer)
  return authorizationCodeGrant(party, answer, { pkceCodeVerifier: verifier })
}

/** A command in this process borrows the models, so the worker rests meanwhile. */
async function cli(...args: string[]) {
  await worker.stop()
  const finished = await cliHere(settingsOf(it.server)).run(args)
  worker = startLogoutWorker(it.server.deps)
  return finished
}

const sql = (statement: string) => it.server.deps.sequelize.query(statement)
const answerWith = (status: number) => (res: ServerResponse) => void res.writeHead(status).end()
const noticeOf = (sessionId: string) => LogoutNotice.findOne({ where: { sessionId } })

type End = (visitor: Visitor, idToken: string) => Promise<unknown>

const ENDS: Record<string, End> = {
  'a sign-out': ({ surfer }) => surfer.post(`${it.server.url}/auth/logout`),
  'a sign-out at the request of an application': ({ surfer }, idToken) =>
    surfer.ask(`${it.issuer}/session/end?id_token_hint=${idToken}`),
  'a sign-out in another browser': async ({ person, sid }) => {
    const other = await signedIn(person)
    await other.surfer.ask(`${it.server.url}/auth/sessions/${sid}`, { method: 'DELETE' })
  },
  'another sign-in in the same browser': ({ person, surfer }) => it.signIn(person, surfer),
  'a changed password': async ({ person }) => {
    const other = await signedIn(person)
    await other.surfer.post(`${it.server.url}/auth/change-password`, {
      currentPassword: PASSWORD,
      newPassword: 'twelve loud lighthouses sing',
    })
  },
  'an operator': ({ person, sid }) => cli('sessions', 'end', person.email, '--id', sid),
  'an operator who disables the user': ({ person }) => cli('user', 'disable', person.email),
  'an operator who ends all sessions': () => cli('sessions', 'end-all', '--yes'),
  'the deletion of the account': ({ person, surfer }) =>
    surfer.post(`${it.server.url}/auth/delete-account`, { email: person.email }),
  'SQL that disables the user': ({ userId }) =>
    User.update({ disabledAt: new Date() }, { where: { id: userId }, hooks: false }),
  'SQL that deletes the user': ({ userId }) => sql(`DELETE FROM "Users" WHERE "id" = '${userId}'`),
  'SQL that deletes the session': ({ sid }) => sql(`DELETE FROM "Sessions" WHERE "publicId" = '${sid}'`),
  'its limit': async ({ sid }) => {
    await Session.update({ expires: new Date(Date.now() - 1000) }, { where: { publicId: sid } })
    await worker.findExpired()
  },
}

describe('a session that is ended by', () => {
  test.each(Object.entries(ENDS))('%s signs the user out of each application, once', async (_name, end) => {
    const visiting = await visitor()
    const { sid, userId } = visiting
    const first = await enter(visiting.surfer, wiki)
    const tokens = await refreshTokenGrant(wiki, first.refresh_token ?? '')
    expect(await OidcArtifact.count({ where: { sessionId: sid, consumedAt: { [Op.ne]: null } } })).toBe(2)
    await enter(visiting.surfer, chat)
    await end(visiting, tokens.id_token ?? '')
    expect(await receiver.until(sid, 2)).toEqual(['chat', 'wiki'])
    const [told] = receiver.toldOf(sid, 'wiki')
    expect(told?.protectedHeader).toEqual({ alg: 'RS256', kid: expect.any(String), typ: 'logout+jwt' })
    expect(told?.payload).toEqual({
      iss: it.issuer,
      aud: 'wiki',
      sub: userId,
      sid,
      iat: expect.any(Number),
      exp: (told?.payload.iat ?? 0) + 120,
      jti: expect.any(String),
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    })
    expect(receiver.toldOf(sid, 'chat')[0]?.protectedHeader.alg).toBe('ES256')
    await expect(refreshTokenGrant(wiki, tokens.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' })
    await worker.findExpired()
    await worker.runOnce()
    expect(receiver.toldOf(sid)).toHaveLength(2)
    expect(await it.server.rows(`SELECT 1 FROM "OidcArtifacts" WHERE "sessionId" = '${sid}'`)).toEqual([])
  })
})

describe('one application is told, and the session goes on,', () => {
  async function onlyWikiIsTold({ surfer, sid }: Visitor) {
    expect(await receiver.until(sid, 1)).toEqual(['wiki'])
    await worker.runOnce()
    expect(receiver.toldOf(sid)).toHaveLength(1)
    expect((await surfer.ask(`${it.server.url}/auth/session`)).status).toBe(200)
  }

  test('after the user withdrew its consent', async () => {
    const visiting = await visitor()
    await Consent.create({ userId: visiting.userId, clientId: 'wiki', scopes: ['openid'] })
    await enter(visiting.surfer, wiki)
    await enter(visiting.surfer, chat)
    await visiting.surfer.ask(`${it.server.url}/auth/applications/wiki`, { method: 'DELETE' })
    await onlyWikiIsTold(visiting)
  })

  test('after a refresh token was used twice', async () => {
    const visiting = await visitor()
    const { refresh_token: token = '' } = await enter(visiting.surfer, wiki)
    await enter(visiting.surfer, chat)
    await refreshTokenGrant(wiki, token)
    const consumedAt = new Date(Date.now() - seconds(11))
    await OidcArtifact.update({ consumedAt }, { where: { sessionId: visiting.sid, kind: 'RefreshToken' } })
    await expect(refreshTokenGrant(wiki, token)).rejects.toMatchObject({ error: 'invalid_grant' })
    await onlyWikiIsTold(visiting)
  })
})

describe('nobody is told', () => {
  test('while the session goes on under another id', async () => {
    const { surfer, sid } = await visitor()
    const { refresh_token: token = '' } = await enter(surfer, wiki)
    await surfer.post(`${it.server.url}/auth/reauthenticate`, { password: PASSWORD })
    await worker.findExpired()
    await worker.runOnce()
    expect(receiver.toldOf(sid)).toEqual([])
    expect((await refreshTokenGrant(wiki, token)).access_token).toBeTruthy()
  })

  test('of a session at an application that the user did not enter, or without an address', async () => {
    const { surfer, sid } = await visitor()
    await enter(surfer, await application('deaf', { backchannelLogoutUri: null }))
    await surfer.post(`${it.server.url}/auth/logout`)
    await worker.runOnce()
    expect(await noticeOf(sid)).toBeNull()
    expect(receiver.toldOf(sid)).toEqual([])
  })

  test('once the client is deleted, and nothing of it stays', async () => {
    const { surfer } = await visitor()
    const party = await application('gone')
    await enter(surfer, party)
    const other = await visitor()
    await enter(other.surfer, party)
    receiver.answer('gone', answerWith(500))
    await other.surfer.post(`${it.server.url}/auth/logout`)
    await vi.waitFor(async () => expect((await noticeOf(other.sid))?.lastError).toBe('status 500'))
    await deleteClient(it.server.deps, { actorId: null }, 'gone')
    expect(await LogoutNotice.count({ where: { clientId: 'gone' } })).toBe(0)
    expect(await it.server.rows(`SELECT 1 FROM "OidcArtifacts" WHERE "clientId" = 'gone'`)).toEqual([])
  })

  test('whose client was deleted by SQL, or lost its address', async () => {
    const { surfer, sid } = await visitor()
    await enter(surfer, await application('former'))
    await enter(surfer, await application('mute'))
    await worker.stop()
    await surfer.post(`${it.server.url}/auth/logout`)
    await sql(`DELETE FROM "Clients" WHERE "id" = 'former'`)
    await Client.update({ backchannelLogoutUri: null }, { where: { id: 'mute' } })
    worker = startLogoutWorker(it.server.deps)
    await worker.runOnce()
    expect(await noticeOf(sid)).toBeNull()
    expect(receiver.toldOf(sid)).toEqual([])
  })
})

describe('an application that', () => {
  test.each([
    ['fails', answerWith(500), 'status 500'],
    [
      'redirects',
      (res: ServerResponse) => void res.writeHead(302, { location: receiver.uriOf('wiki') }).end(),
      'status 302',
    ],
    ['hangs up', (res: ServerResponse) => void res.destroy(), 'unreachable'],
  ])('%s is told again later', async (name, answer, reason) => {
    const id = name.replace(' ', '-')
    const { surfer, sid } = await visitor()
    await enter(surfer, await application(id))
    receiver.answer(id, answer)
    await surfer.post(`${it.server.url}/auth/logout`)
    await vi.waitFor(async () => expect((await noticeOf(sid))?.lastError).toBe(reason), { timeout: 10_000 })
    expect((await noticeOf(sid))?.nextAttemptAt.getTime()).toBeGreaterThan(Date.now() + 3000)
    receiver.answer(id)
    expect((await cli('client', 'logouts')).stdout).toContain(`waiting: 1\nfailed: 0\noldest: `)
    expect((await cli('client', 'logouts')).stdout).toContain(`${id}, ${reason}: 1\n`)
    expect((await cli('client', 'retry-logouts')).stdout).toBe('sign-outs to retry: 1\n')
    expect(await receiver.until(sid, 1)).toEqual([id])
    await worker.runOnce()
    expect(await noticeOf(sid)).toBeNull()
  })

  test('refuses is not told again, and can be by an operator', async () => {
    const { surfer, sid } = await visitor()
    await enter(surfer, await application('strict'))
    receiver.answer('strict', answerWith(400))
    await surfer.post(`${it.server.url}/auth/logout`)
    await vi.waitFor(async () => expect((await noticeOf(sid))?.failedAt).toBeInstanceOf(Date))
    await worker.runOnce()
    expect(receiver.asked('strict')).toBe(1)
    receiver.answer('strict')
    await cli('client', 'retry-logouts')
    await worker.runOnce()
    expect(await receiver.until(sid, 1)).toEqual(['strict'])
  })

  test('never answers delays no other, and does not hold up its own for each one', async () => {
    const visitors = await Promise.all(Array.from({ length: 12 }, visitor))
    const silent = await application('silent')
    for (const { surfer } of visitors) {
      await enter(surfer, silent)
      await enter(surfer, wiki)
    }
    receiver.answer('silent', () => {})
    const begun = performance.now()
    await sql(`UPDATE "Sessions" SET "endedAt" = "createdAt", "expires" = "createdAt" WHERE "endedAt" IS NULL`)
    for (const { sid } of visitors) await receiver.until(sid, 1)
    expect(performance.now() - begun).toBeLessThan(4000)
    expect(receiver.asked('silent')).toBe(10)
    await worker.stop()
    expect(await LogoutNotice.count({ where: { clientId: 'silent', attempts: 0 } })).toBe(12)
    worker = startLogoutWorker(it.server.deps)
  })

  test('cannot be reached is not asked for each notice', async () => {
    const party = await application('away')
    const [one, other] = [await visitor(), await visitor()]
    await enter(one.surfer, party)
    await enter(other.surfer, party)
    receiver.answer('away', res => void res.destroy())
    await one.surfer.post(`${it.server.url}/auth/logout`)
    await vi.waitFor(async () => expect((await noticeOf(one.sid))?.lastError).toBe('unreachable'))
    await other.surfer.post(`${it.server.url}/auth/logout`)
    await pause(100)
    await worker.runOnce()
    expect(receiver.asked('away')).toBe(1)
    expect((await noticeOf(other.sid))?.attempts).toBe(0)
  })
})

describe('a notice', () => {
  test('outlives the process that ended the session', async () => {
    const { surfer, sid } = await visitor()
    await enter(surfer, wiki)
    await worker.stop()
    await surfer.post(`${it.server.url}/auth/logout`)
    await pause(100)
    expect(receiver.toldOf(sid)).toEqual([])
    worker = startLogoutWorker(it.server.deps)
    expect(await receiver.until(sid, 1)).toEqual(['wiki'])
  })

  test('is queued in the transaction that ends the session', async () => {
    const { surfer, sid } = await visitor()
    await enter(surfer, wiki)
    const failed = it.server.deps.sequelize.transaction(async () => {
      await it.server.deps.store.end(sid, 'admin')
      expect(await noticeOf(sid)).not.toBeNull()
      throw new Error('undone')
    })
    await expect(failed).rejects.toThrow('undone')
    await worker.runOnce()
    expect(await noticeOf(sid)).toBeNull()
    expect(receiver.toldOf(sid)).toEqual([])
  })

  test('that a crashed process had taken is sent by another', async () => {
    const { surfer, sid } = await visitor()
    await enter(surfer, wiki)
    await worker.stop()
    await surfer.post(`${it.server.url}/auth/logout`)
    await LogoutNotice.update({ attempts: 1, nextAttemptAt: new Date(Date.now() - 1) }, { where: { sessionId: sid } })
    worker = startLogoutWorker(it.server.deps)
    expect(await receiver.until(sid, 1)).toEqual(['wiki'])
  })

  test('that nobody took within a day is given up, and deleted after a month', async () => {
    const { surfer, sid } = await visitor()
    await enter(surfer, await application('asleep'))
    receiver.answer('asleep', answerWith(503))
    await surfer.post(`${it.server.url}/auth/logout`)
    await vi.waitFor(async () => expect((await noticeOf(sid))?.lastError).toBe('status 503'))
    await worker.stop()
    await LogoutNotice.update(
      { createdAt: new Date(Date.now() - days(1)), nextAttemptAt: new Date(0) },
      { where: { sessionId: sid } },
    )
    worker = startLogoutWorker(it.server.deps)
    await vi.waitFor(async () => expect((await noticeOf(sid))?.failedAt).toBeInstanceOf(Date))
    await LogoutNotice.update({ createdAt: new Date(Date.now() - days(31)) }, { where: { sessionId: sid } })
    const sweep = startExpirySweep(it.server.deps)
    await sweep.runOnce()
    await sweep.stop()
    expect(await noticeOf(sid)).toBeNull()
  })
})

test('two nodes tell each application once, whichever of them ended the session', async () => {
  const { database } = it.server
  const other = await startServer({ BASE_URL: it.server.env.BASE_URL }, database)
  const otherWorker = startLogoutWorker(other.deps)
  try {
    const visitors = await Promise.all(Array.from({ length: 10 }, visitor))
    for (const { surfer } of visitors) await enter(surfer, wiki)
    await Promise.all(visitors.map(({ sid }, at) => (at % 2 ? it.server : other).deps.store.end(sid, 'admin')))
    for (const { sid } of visitors) await receiver.until(sid, 1)
    await Promise.all([worker.runOnce(), otherWorker.runOnce()])
    expect(visitors.map(({ sid }) => receiver.toldOf(sid).length)).toEqual(visitors.map(() => 1))
  } finally {
    await otherWorker.stop()
    await other.stop()
  }
})
