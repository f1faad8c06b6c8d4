import { execFile } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { getPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import bcrypt from 'bcrypt'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createPasswordHasher, type PasswordHasher } from '../../src/passwords/hash.ts'
import { createWorkerPool, QueueFull } from '../../src/passwords/worker-pool.ts'

const COST = 4
const PASSWORD = 'correct horse Battery ståple'
const DIGEST = createHmac('sha384', 'latchkey password v1').update(PASSWORD).digest('base64')
const PREFIX = '$bcrypt-hmac-sha384$v=1,k=public'
const KEYED = PREFIX + bcrypt.hashSync(DIGEST, COST)
const CURRENT = { matches: true, outdated: false }
const OUTDATED = { matches: true, outdated: true }
const NO_MATCH = { matches: false, outdated: false }

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map(each => each.close()))
})

function hasherWith(options: Partial<Parameters<typeof createPasswordHasher>[0]> = {}): PasswordHasher {
  const hasher = createPasswordHasher({ cost: COST, threads: 2, queue: 200, ...options })
  open.push(hasher)
  return hasher
}

/** Processor time, because the threads are niced and a busy machine makes them wait: microseconds. */
async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const start = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(start)
  return user + system
}

const median = (numbers: number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN

describe('a stored password', () => {
  let hasher: PasswordHasher
  beforeAll(() => {
    hasher = createPasswordHasher({ cost: COST, threads: 2, queue: 200 })
  })
  afterAll(() => hasher.close())

  test('verifies with its password and is up to date', async () => {
    expect(await hasher.verify(PASSWORD, await hasher.hash(PASSWORD))).toEqual(CURRENT)
  })

  test('is bcrypt over the base64 HMAC-SHA-384 of the password, and says so', async () => {
    expect(await hasher.hash(PASSWORD)).toMatch(/^\$bcrypt-hmac-sha384\$v=1,k=public\$2b\$04\$[./A-Za-z0-9]{53}$/)
    expect(await hasher.verify(PASSWORD, KEYED)).toEqual(CURRENT)
  })

  test('has a salt of its own', async () => {
    expect(await hasher.hash(PASSWORD)).not.toBe(await hasher.hash(PASSWORD))
  })

  const long = 'x'.repeat(72)
  test.each([
    ['one character more', PASSWORD, `${PASSWORD}x`],
    ['one character less', PASSWORD, PASSWORD.slice(0, -1)],
    ['upper case', PASSWORD, PASSWORD.toUpperCase()],
    ['a space before', PASSWORD, ` ${PASSWORD}`],
    ['a space after', PASSWORD, `${PASSWORD} `],
    ['NUL and more', PASSWORD, `${PASSWORD}\0x`],
    ['NUL at the end', PASSWORD, `${PASSWORD}\0`],
    ['another character after NUL', `${PASSWORD}\0a`, `${PASSWORD}\0b`],
    ['nothing', PASSWORD, ''],
    ['a twin that differs at byte 73', `${long}a`, `${long}b`],
    ['a twin of two-byte characters that differs at byte 73', `${'é'.repeat(36)}a`, `${'é'.repeat(36)}b`],
    ['the first 72 bytes alone', `${long}a`, long],
    ['a twin that differs in the last of 128 characters', `${'x'.repeat(127)}a`, `${'x'.repeat(127)}b`],
    ['fi for the ligature ﬁ', 'ﬁnal countdown', 'final countdown'],
    ['a fullwidth letter for a plain one', 'Ａ correct horse', 'A correct horse'],
    ['U+FFFD for a lone surrogate', '\ufffd and more text', '\ud800 and more text'],
  ])('does not verify with %s (ASVS 6.2.8)', async (_, password, other) => {
    const stored = await hasher.hash(password)
    expect(await hasher.verify(other, stored)).toMatchObject({ matches: false })
    expect(await hasher.verify(password, stored)).toEqual(CURRENT)
  })

  test('verifies with the same characters and with nothing else, whatever they are (ASVS 6.2.5, 6.2.8)', async () => {
    const password = fc.string({ unit: 'binary', maxLength: 128 })
    await fc.assert(
      fc.asyncProperty(password, password, async (one, other) => {
        const stored = await hasher.hash(one)
        expect(await hasher.verify(one, stored)).toEqual(CURRENT)
        expect((await hasher.verify(other, stored)).matches).toBe(one.normalize('NFC') === other.normalize('NFC'))
      }),
      { numRuns: 50 },
    )
  })

  test.each([
    ['64 characters', 'ab'.repeat(32)],
    ['128 characters', 'ab'.repeat(64)],
    ['64 characters of four bytes', '😀🔑'.repeat(32)],
    ['128 characters of four bytes', '😀🔑'.repeat(64)],
  ])('may have %s (ASVS 6.2.9)', async (_, password) => {
    expect(await hasher.verify(password, await hasher.hash(password))).toEqual(CURRENT)
  })

  test('of e and U+0301 verifies with U+00E9, and the other way round (NIST 3.1.1.2, NFC)', async () => {
    const [decomposed, composed] = ['caf\u0065\u0301 au lait, please', 'caf\u00e9 au lait, please']
    expect(await hasher.verify(composed, await hasher.hash(decomposed))).toEqual(CURRENT)
    expect(await hasher.verify(decomposed, await hasher.hash(composed))).toEqual(CURRENT)
  })

  test('is not made of a lone surrogate, which would be stored as another character', async () => {
    await expect(hasher.hash('half an emoji \ud83d')).rejects.toThrow(TypeError)
  })
})

describe('a hash from elsewhere or earlier', () => {
  test('11.2.2 at a lower cost verifies and is outdated; at the same or a higher one it is not', async () => {
    const stored = await hasherWith({ cost: 5 }).hash(PASSWORD)
    expect(await hasherWith({ cost: 6 }).verify(PASSWORD, stored)).toEqual(OUTDATED)
    expect(await hasherWith({ cost: 5 }).verify(PASSWORD, stored)).toEqual(CURRENT)
    expect(await hasherWith({ cost: 4 }).verify(PASSWORD, stored)).toEqual(CURRENT)
  })

  const digest = '.'.repeat(53)
  test.each([
    ['nothing', ''],
    ['a word', 'x'],
    ['the password itself', PASSWORD],
    ['plain bcrypt', bcrypt.hashSync(PASSWORD, COST)],
    ['a cut hash', KEYED.slice(0, -1)],
    ['a hash and a line feed', `${KEYED}\n`],
    ['a hash after a space', ` ${KEYED}`],
    ['an unknown bcrypt', KEYED.replace('$2b$', '$2x$')],
    ['a cost below bcrypt’s least', `${PREFIX}$2b$03$${digest}`],
    ['a cost that would take days', `${PREFIX}$2b$31$${digest}`],
    ['a version to come', KEYED.replace('v=1', 'v=2')],
    ['an unknown key', KEYED.replace('public', '0badc0de')],
    ['another scheme', '$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$RdescudvJCsgt3ub+b4dWRWJTmaaJObG'],
  ])('that is %s matches nothing and throws nothing', async (_, stored) => {
    expect(await hasherWith().verify(PASSWORD, stored)).toEqual(NO_MATCH)
  })
})

describe('the time that an answer takes', () => {
  test('does not tell an account from none, nor an old hash from a new one (ASVS 6.3.8)', async () => {
    const hasher = hasherWith({ cost: 8, threads: 1 })
    const stored = await hasher.hash(PASSWORD)
    const ways = {
      wrong: () => hasher.verify('wrong', stored),
      decoy: () => hasher.verifyDecoy('wrong'),
      unparsable: () => hasher.verify('wrong', 'x'),
      malformed: () => hasher.verify('\ud800', stored),
      cheap: () => hasher.verify('wrong', KEYED),
    }
    const times: Record<string, number[]> = {}
    for (const [way, work] of Array.from({ length: 5 }, () => Object.entries(ways)).flat()) {
      times[way] = [...(times[way] ?? []), await timeOf(work)]
    }
    const wrong = median(times.wrong ?? [])
    for (const way of ['decoy', 'unparsable', 'malformed', 'cheap']) {
      const ratio = median(times[way] ?? []) / wrong
      expect(ratio, way).toBeGreaterThan(0.6)
      expect(ratio, way).toBeLessThan(1.7)
    }
  })
})

describe('the queue', () => {
  test('15.2.2 refuses what overflows at once, while all that was accepted finishes', async () => {
    const hasher = hasherWith({ cost: 10, threads: 1, queue: 2 })
    const ended: string[] = []
    const note = (outcome: string) => () => ended.push(outcome)
    const attempts = Array.from({ length: 5 }, () => hasher.verify(PASSWORD, KEYED))
    await Promise.all(attempts.map(attempt => attempt.then(note('verified'), note('refused'))))

    expect(ended).toEqual(['refused', 'refused', 'verified', 'verified', 'verified'])
    await expect(attempts[4]).rejects.toThrow(QueueFull)
    expect(await hasher.verify(PASSWORD, KEYED)).toEqual(OUTDATED)
  })

  test('refuses every kind of work when it is full', async () => {
    const hasher = hasherWith({ threads: 1, queue: 0 })
    const accepted = hasher.hash(PASSWORD)
    await expect(hasher.hash(PASSWORD)).rejects.toThrow(QueueFull)
    await expect(hasher.verify(PASSWORD, 'x')).rejects.toThrow(QueueFull)
    await expect(hasher.verifyDecoy(PASSWORD)).rejects.toThrow(QueueFull)
    expect(await accepted).toContain('$2b$04$')
  })
})

describe('the threads', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  async function poolOf(source: string) {
    const file = join(folder, `${source.length}.mjs`)
    await writeFile(file, source)
    const pool = createWorkerPool<{ hash: { task: { secret: string; cost: number }; result: string } }>({
      threads: 1,
      queue: 10,
      worker: pathToFileURL(file),
    })
    open.push(pool)
    return pool
  }

  test('that die take one job with them: the others finish on a new thread', async () => {
    const pool = await poolOf("export const hash = ({ secret }) => (secret === 'die' ? process.exit(1) : secret)")
    const outcomes = await Promise.allSettled(
      ['a', 'die', 'b', 'c'].map(secret => pool.run('hash', { secret, cost: 4 })),
    )
    expect(outcomes.map(outcome => ('value' in outcome ? outcome.value : 'lost'))).toEqual(['a', 'lost', 'b', 'c'])
  })

  test('that cannot start fail every job, and none hangs', async () => {
    const pool = await poolOf("throw new Error('no bcrypt here')")
    const outcomes = await Promise.allSettled(['a', 'b', 'c'].map(secret => pool.run('hash', { secret, cost: 4 })))
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  })

  test.runIf(process.platform === 'linux')('start with the first job, at most as many as were asked for', async () => {
    const hasher = hasherWith({ threads: 2 })
    await expect.poll(nicedThreads).toEqual([])
    await Promise.all(Array.from({ length: 6 }, () => hasher.hash(PASSWORD)))
    expect(await nicedThreads()).toHaveLength(2)
  })

  test.runIf(process.platform === 'linux')('yield to the event loop, and they alone', async () => {
    await expect.poll(nicedThreads).toEqual([])
    await hasherWith({ threads: 2 }).hash(PASSWORD)
    expect(await nicedThreads()).toEqual([Math.min(getPriority() + 15, 19)])
  })

  test('end on close, after what was accepted has finished; what comes later is refused', async () => {
    const hasher = hasherWith({ cost: 8, threads: 1 })
    const stored = await hasher.hash(PASSWORD)
    const accepted = [1, 2, 3].map(() => hasher.verify(PASSWORD, stored))
    const closed = hasher.close()
    await expect(hasher.hash(PASSWORD)).rejects.toThrow('closed')
    await closed
    expect(await Promise.all(accepted)).toEqual([CURRENT, CURRENT, CURRENT])
    await expect.poll(nicedThreads).toEqual([])
  })

  test.each(['closed', 'idle'])('let the process end when %s', async state => {
    const script = `
      const { createPasswordHasher } = await import(${JSON.stringify(new URL('../../src/passwords/hash.ts', import.meta.url).href)})
      const hasher = createPasswordHasher({ cost: 4, threads: 2, queue: 8 })
      const { matches } = await hasher.verify('secret', await hasher.hash('secret'))
      if (${state === 'closed'}) await hasher.close()
      process.stdout.write(String(matches))`
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { timeout: 30_000 })
    expect((await run).stdout).toBe('true')
  })
})

/** The nice values of threads that yield: field 19 of proc(5)'s stat, counted from behind the name. A thread that ends meanwhile is left out. */
async function nicedThreads(): Promise<number[]> {
  const threads = await readdir('/proc/self/task')
  const stats = await Promise.all(
    threads.map(thread => readFile(`/proc/self/task/${thread}/stat`, 'utf8').catch(() => '')),
  )
  const values = stats.filter(Boolean).map(stat => Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]))
  return values.filter(nice => nice !== getPriority())
}
