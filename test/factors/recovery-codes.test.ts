import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSealer } from '../../src/encryption/sealer.ts'
import { enrolTotp } from '../support/enrol.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, startServer, type TestServer } from '../support/harness.ts'

const KEY = 'only-key-of-this-test-0123456789-abcdefghijklmn'
const FORM = /^([0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}$/

let server: TestServer
beforeAll(async () => {
  server = await startServer({ ENCRYPTION_KEYS: KEY, HASH_QUEUE: '100' })
})
afterAll(() => server.close())

let people = 0
async function somebody() {
  const person = { ...ADA, email: `person${people++}@example.org` }
  await server.register(person)
  const { browser } = await server.signIn(person)
  return { person, browser, ...(await enrolTotp(browser)) }
}
async function redeem(person: typeof ADA, recoveryCode: string) {
  const { browser } = await server.signIn(person)
  return browser.post('/auth/second-factor').send({ recoveryCode })
}

describe('recovery codes', () => {
  test('6.5.2 6.5.4 come with the first factor: ten, of 120 bits each, all different', async () => {
    const { recoveryCodes } = await somebody()
    expect(recoveryCodes).toHaveLength(10)
    for (const code of recoveryCodes) expect(code).toMatch(FORM)
    expect(new Set(recoveryCodes).size).toBe(10)
    // 24 signs of 32: five bits each.
    expect((recoveryCodes[0]?.replaceAll('-', '').length ?? 0) * 5).toBe(120)
  })

  test('6.5.2 are at rest as SHA-256 only', async () => {
    const { recoveryCodes } = await somebody()
    const stored = JSON.stringify(await server.rows('SELECT * FROM "RecoveryCodes"'))
    for (const code of recoveryCodes) {
      const bare = code.replaceAll('-', '')
      expect(stored).not.toContain(code)
      expect(stored).not.toContain(bare)
      expect(stored).toContain(createHash('sha256').update(bare).digest('hex'))
    }
  })

  test('are shown by no later answer', async () => {
    const { browser, recoveryCodes } = await somebody()
    const { text, body } = await browser.get('/auth/factors').expect(200)
    expect(body.recoveryCodesLeft).toBe(10)
    for (const code of recoveryCodes) expect(text).not.toContain(code)
  })

  test('6.5.1 open once each', async () => {
    const { browser, person, recoveryCodes } = await somebody()
    const [first = '', second = ''] = recoveryCodes
    const signedIn = await redeem(person, first)
    expect(signedIn.status).toBe(200)
    expectProblem(await redeem(person, first), 422, 'invalid_code')
    expect((await redeem(person, second)).status).toBe(200)
    expect((await browser.get('/auth/factors')).body.recoveryCodesLeft).toBe(8)
  })

  test.each([
    { as: 'lower case', typed: (code: string) => code.toLowerCase() },
    { as: 'without dashes', typed: (code: string) => code.replaceAll('-', '') },
    { as: 'with spaces', typed: (code: string) => ` ${code.replaceAll('-', ' ')} ` },
    { as: 'O for 0', typed: (code: string) => code.replaceAll('0', 'o') },
    { as: 'I and l for 1', typed: (code: string) => code.replace('1', 'I').replaceAll('1', 'l') },
  ])('are read $as', async ({ typed }) => {
    const { person, recoveryCodes } = await somebody()
    // Of ten codes, some have a 0 or a 1.
    const code = recoveryCodes.find(each => typed(each) !== each) ?? ''
    expect((await redeem(person, typed(code))).status).toBe(200)
  })

  test("6.5.1 somebody else's open nothing", async () => {
    const [ours, theirs] = [await somebody(), await somebody()]
    expect((await redeem(ours.person, theirs.recoveryCodes[0] ?? '')).status).toBe(422)
    expect((await redeem(theirs.person, theirs.recoveryCodes[0] ?? '')).status).toBe(200)
  })

  test('6.5.1 of 50 parallel uses one succeeds', async () => {
    const { person, recoveryCodes } = await somebody()
    const logins = await Promise.all(Array.from({ length: 50 }, () => server.signIn(person)))
    const [recoveryCode] = recoveryCodes
    const uses = logins.map(({ browser }) => browser.post('/auth/second-factor').send({ recoveryCode }))
    const statuses = (await Promise.all(uses)).map(each => each.status).sort()
    expect(statuses).toEqual([200, ...Array(49).fill(422)])
  })

  test('4.2.1.1 new ones void all earlier ones once they are confirmed, and open nothing before', async () => {
    const { browser, person, recoveryCodes } = await somebody()
    const { body } = await browser.post('/auth/recovery-codes').send({}).expect(200)
    expect(body.recoveryCodes).toHaveLength(10)
    expect((await redeem(person, body.recoveryCodes[0])).status).toBe(422)
    expect((await redeem(person, recoveryCodes[0] ?? '')).status).toBe(200)
    expect((await browser.get('/auth/factors')).body.recoveryCodesLeft).toBe(9)
    await browser.post('/auth/recovery-codes/confirm').send({ recoveryCode: body.recoveryCodes[1] }).expect(200)
    expect((await browser.get('/auth/factors')).body.recoveryCodesLeft).toBe(10)
    expect((await redeem(person, recoveryCodes[1] ?? '')).status).toBe(422)
    expect((await redeem(person, body.recoveryCodes[1])).status).toBe(200)
  })

  test('only codes created last are confirmed, by one of them, and once', async () => {
    const { browser, recoveryCodes } = await somebody()
    const confirm = (recoveryCode: string) => browser.post('/auth/recovery-codes/confirm').send({ recoveryCode })
    expectProblem(await confirm(recoveryCodes[0] ?? ''), 422, 'invalid_code')
    const { body: first } = await browser.post('/auth/recovery-codes').send({}).expect(200)
    const { body: second } = await browser.post('/auth/recovery-codes').send({}).expect(200)
    expectProblem(await confirm(first.recoveryCodes[0]), 422, 'invalid_code')
    await confirm(second.recoveryCodes[0]).expect(200)
    expectProblem(await confirm(second.recoveryCodes[0]), 422, 'invalid_code')
  })

  test('with the last factor go also those that nobody confirmed', async () => {
    const { browser } = await somebody()
    const { body } = await browser.post('/auth/recovery-codes').send({}).expect(200)
    await browser.delete('/auth/totp').expect(200)
    const [recoveryCode] = body.recoveryCodes
    expectProblem(await browser.post('/auth/recovery-codes/confirm').send({ recoveryCode }), 422, 'invalid_code')
  })

  test('created in parallel, only the codes of one answer can be confirmed', async () => {
    const { browser } = await somebody()
    const made = await Promise.all(Array.from({ length: 5 }, () => browser.post('/auth/recovery-codes').send({})))
    expect(made.map(each => each.status)).toEqual(Array(5).fill(200))
    const confirmed = await Promise.all(
      made.map(({ body }) =>
        browser.post('/auth/recovery-codes/confirm').send({ recoveryCode: body.recoveryCodes[0] }),
      ),
    )
    expect(confirmed.map(each => each.status).sort()).toEqual([200, 422, 422, 422, 422])
    expect((await browser.get('/auth/factors')).body.recoveryCodesLeft).toBe(10)
  })

  test('are only for who has a second factor', async () => {
    const person = { ...ADA, email: 'plain@example.org' }
    await server.register(person)
    const { browser } = await server.signIn(person)
    expectProblem(await browser.post('/auth/recovery-codes').send({}), 409, 'second_factor_needed')
  })

  test('4.6 using one is recorded, and told by mail with a link for who did not', async () => {
    const { person, recoveryCodes } = await somebody()
    await server.rows('DELETE FROM "Mails"')
    await redeem(person, recoveryCodes[0] ?? '')
    const [mail] = await server.rows<{ content: string }>('SELECT "content" FROM "Mails"')
    expect(JSON.parse(createSealer([KEY]).open(mail?.content ?? '', 'mail').text)).toMatchObject({
      to: person.email,
      template: 'recovery-code-used',
      data: { left: 9, notMeLink: expect.stringContaining('/not-me#') },
    })
    const events = await server.rows<{ event: string; details: string }>(
      `SELECT "event", "details" FROM "AuditEvents" ORDER BY "seq" DESC LIMIT 2`,
    )
    expect(events.map(each => each.event)).toEqual(['authn_login_success', 'authn_recovery_code_used'])
    expect(JSON.stringify(await server.rows('SELECT * FROM "AuditEvents"'))).not.toContain(recoveryCodes[0])
  })
})
