import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { seconds } from '../../src/durations.ts'
import { CannotOpen, createSealer } from '../../src/encryption/sealer.ts'
import { cliHere } from '../support/cli-in-process.ts'
import { settingsOf } from '../support/cli-process.ts'
import { codeOf, enrolTotp } from '../support/enrol.ts'
import { ADA, startServer, type TestServer } from '../support/harness.ts'

const OLD = 'older-key-of-two-test-only-0123456789-abcdefgh'
const NEW = 'newer-key-of-two-test-only-9876543210-ijklmnop'

describe('11.3.2 a sealed text', () => {
  const sealer = createSealer([OLD])

  test('is another one each time, and opens to what it was', () => {
    const [one, other] = [sealer.seal('a secret', 'totp:1'), sealer.seal('a secret', 'totp:1')]
    expect(one).not.toBe(other)
    expect(one).not.toContain('secret')
    expect(sealer.open(one, 'totp:1')).toEqual({ text: 'a secret', outdated: false })
  })

  test('opens under an older key, and says so', () => {
    const sealed = sealer.seal('a secret', 'mail')
    expect(createSealer([NEW, OLD]).open(sealed, 'mail')).toEqual({ text: 'a secret', outdated: true })
  })

  test('opens nowhere else: not for another owner, changed by one bit, cut, or without its key', () => {
    const sealed = sealer.seal('a secret', 'totp:1')
    const body = Buffer.from(sealed.split('.')[2] ?? '', 'base64url')
    function flipped(at: number) {
      const copy = Buffer.from(body)
      copy[at] = (copy[at] ?? 0) ^ 1
      return [...sealed.split('.').slice(0, 2), copy.toString('base64url')].join('.')
    }
    expect(() => sealer.open(sealed, 'totp:2')).toThrow(CannotOpen)
    for (let at = 0; at < body.length; at++) expect(() => sealer.open(flipped(at), 'totp:1')).toThrow(CannotOpen)
    for (const wrong of ['', 'v1', 'v2.x.y', sealed.slice(0, 20)])
      expect(() => sealer.open(wrong, 'totp:1')).toThrow(CannotOpen)
    expect(() => createSealer([NEW]).open(sealed, 'totp:1')).toThrow(CannotOpen)
  })
})

describe('13.3.4 a key is replaced', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ ENCRYPTION_KEYS: OLD })
    await server.register()
  })
  afterAll(() => server.close())

  test('by one in front of it, `encryption reseal`, and taking it away; nothing sealed is lost', async () => {
    const { secret } = await enrolTotp((await server.signIn()).browser)
    const cliUnder = (ENCRYPTION_KEYS: string) => cliHere({ ...settingsOf(server), ENCRYPTION_KEYS })
    const both = cliUnder(`${NEW},${OLD}`)
    const status = async (cli: ReturnType<typeof cliHere>) =>
      (await cli.run(['encryption', 'status'])).stdout
        .trimEnd()
        .split('\n')
        .slice(1)
        .map(line => line.split(/\s{2,}/).slice(1, 3))
    const sealed = Number((await status(both))[1]?.[1])
    expect(sealed).toBeGreaterThanOrEqual(2)
    expect(await status(both)).toEqual([
      ['seals', '0'],
      ['opens', String(sealed)],
    ])
    expect(await status(cliUnder(NEW))).toEqual([
      ['seals', '0'],
      ['not in ENCRYPTION_KEYS', String(sealed)],
    ])
    expect((await both.run(['encryption', 'reseal'])).stdout).toBe(`resealed: ${sealed}\n`)
    expect((await both.run(['encryption', 'reseal'])).stdout).toBe('resealed: 0\n')
    expect((await status(cliUnder(NEW)))[0]).toEqual(['seals', String(sealed)])

    const next = await startServer({ ENCRYPTION_KEYS: NEW }, server.database)
    const { browser } = await next.signIn(ADA)
    // The code of the present step was used up by the enrolment.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + seconds(30) })
    const code = codeOf(secret)
    await browser.post('/auth/second-factor').send({ code }).expect(200)
    vi.useRealTimers()
    await browser.post('/auth/token').expect(200)
    await next.stop()
  })
})
