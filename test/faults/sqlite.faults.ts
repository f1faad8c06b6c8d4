import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdtemp, open, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { seconds } from '../../src/durations.ts'
import { type ChildServer, startChild } from '../support/child-server.ts'
import { BOB } from '../support/harness.ts'
import {
  type Answer,
  ask,
  createVisitors,
  FOR_VISITORS,
  look,
  pause,
  register,
  signIn,
  untilStatus,
  untilWell,
} from './visitor.ts'

const WELL_WITHIN = seconds(5)
const SETTINGS = {
  ...FOR_VISITORS,
  SESSION_CACHE: '0',
}

let directory: string
let file: string
let server: ChildServer
const { keepAsking, leave } = createVisitors()

async function start(place = file) {
  const child = await startChild({ ...SETTINGS, DATABASE_URL: `sqlite:${place}` })
  await child.printed(/Listening on/)
  return child
}
const ready = () => ask(server, 'GET', '/readyz')
const logOut = (cookie: string) => ask(server, 'POST', '/auth/logout', { cookie })

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'latchkey-faults-'))
  file = path.join(directory, 'latchkey.sqlite')
})
afterEach(async () => {
  await server.close()
  await leave()
  await rm(directory, { recursive: true, force: true })
})

describe('power failure', () => {
  /** What stands on a disk of which only that is kept which was synced: an image, copied under the running file system. */
  test.runIf(mayMount())(
    'what was answered is there, and what was ended stays ended, on the disk as the power left it',
    async () => {
      const disk = await mountDisk(directory, 64)
      try {
        server = await start(path.join(disk.path, 'latchkey.sqlite'))
        await register(server)
        const { cookie } = await signIn(server)
        const ended = (await signIn(server)).cookie
        // What is older than this is on the disk in any case.
        disk.sync()
        expect((await logOut(ended)).status).toBe(200)
        expect((await register(server, BOB)).status).toBe(201)
        const later = (await signIn(server, BOB)).cookie
        const copy = disk.copy()
        await server.close()
        disk.unmount()

        const restored = await mountDisk(directory, 64, copy)
        try {
          server = await start(path.join(restored.path, 'latchkey.sqlite'))
          expect((await look(server, cookie)).status).toBe(200)
          expect((await look(server, ended)).status).toBe(401)
          expect((await look(server, later)).status).toBe(200)
          await server.close()
        } finally {
          restored.unmount()
        }
      } finally {
        disk.unmount()
      }
    },
  )

  test.runIf(mayTrace())('no 2xx is sent while a write to the log of SQLite is not synced', async () => {
    server = await start()
    const calls = await trace(server.child.pid ?? 0, async () => {
      expect((await register(server)).status).toBe(201)
      const { cookie } = await signIn(server)
      expect((await logOut(cookie)).status).toBe(200)
    })
    let unsynced = 0
    const sent: number[] = []
    for (const call of calls) {
      if (/pwrite64\(\d+<[^>]*-wal>/.test(call)) unsynced++
      else if (/f(data)?sync\(\d+<[^>]*-wal>/.test(call)) unsynced = 0
      else if (call.includes('HTTP/1.1 2')) sent.push(unsynced)
    }
    expect(sent).toEqual([0, 0, 0])
  })
})

describe('a SQLite file', () => {
  test.runIf(mayMount())(
    'on a disk that is full: reads go on, writes are 503, not ready; well when there is room',
    async () => {
      const disk = await mountDisk(directory, 12)
      try {
        server = await start(path.join(disk.path, 'latchkey.sqlite'))
        await register(server)
        const { cookie } = await signIn(server)
        spawnSync('dd', ['if=/dev/zero', `of=${path.join(disk.path, 'ballast')}`, 'bs=1k'])
        const refused = await untilStatus(() => signIn(server), 503)
        expect(Number(refused.retryAfter)).toBeGreaterThan(0)
        expect((await untilStatus(ready, 503)).detail).toContain('does not accept writes')
        expect((await look(server, cookie)).status).toBe(200)
        await rm(path.join(disk.path, 'ballast'))
        expect(await untilWell(() => signIn(server))).toBeLessThan(WELL_WITHIN)
        expect(await untilWell(ready)).toBeLessThan(WELL_WITHIN)
        await server.close()
      } finally {
        disk.unmount()
      }
    },
  )

  test('that another process locks for long: reads go on and it is ready, sign-ins are 503 in time', async () => {
    server = await start()
    await register(server)
    const { cookie } = await signIn(server)
    const locked = lockFile(file, 14)
    await pause(500)
    const looks = keepAsking(() => look(server, cookie), 2)
    const probes = keepAsking(ready, 1)
    const answers = await Promise.all([signIn(server), signIn(server), signIn(server)])
    for (const { status, ms } of answers) {
      expect(status).toBe(503)
      expect(ms).toBeLessThan(seconds(10))
    }
    await locked
    expect(await untilWell(() => signIn(server))).toBeLessThan(WELL_WITHIN)
    const seen: Answer[] = [...(await looks()), ...(await probes())]
    expect(seen.map(({ status }) => status)).toEqual(seen.map(() => 200))
    expect(Math.max(...seen.map(({ ms }) => ms))).toBeLessThan(seconds(4))
  })

  test('that is deleted is noticed, and nothing more is taken that would be lost; put back, all is well', async () => {
    server = await start()
    await register(server)
    const { cookie } = await signIn(server)
    await rename(file, `${file}.away`)
    expect((await untilStatus(ready, 503)).detail).toContain('was deleted')
    expect((await signIn(server)).status).toBe(503)
    expect((await look(server, cookie)).status).toBe(200)
    expect(server.output.stdout).toContain('file-deleted')
    await rename(`${file}.away`, file)
    expect(await untilWell(ready)).toBeLessThan(WELL_WITHIN)
    expect((await signIn(server)).status).toBe(200)
  })

  test('in whose place another is put is noticed, and nothing more is written', async () => {
    server = await start()
    await register(server)
    await copyFile(file, `${file}.backup`)
    await rename(`${file}.backup`, file)
    expect((await untilStatus(ready, 503)).detail).toContain('replaced')
    expect((await signIn(server)).status).toBe(503)
  })

  test('that is new is said so at the start', async () => {
    server = await start()
    expect(server.output.stdout).toMatch(/"level":"warn".*Created a new, empty database/)
  })

  test('whose pages are damaged: no session is taken for signed out, and not ready', async () => {
    server = await start()
    await register(server)
    const cookies: string[] = []
    for (let count = 0; count < 60; count++) cookies.push((await signIn(server)).cookie)
    server.child.kill('SIGTERM')
    await server.exited
    await server.close()
    await damage(file)

    server = await start()
    expect((await untilStatus(ready, 503)).detail).toContain('damaged')
    const answers = await Promise.all(cookies.map(cookie => look(server, cookie)))
    expect(answers.filter(({ status }) => status !== 200 && status !== 503)).toEqual([])
  })
})

/** Overwrites every fourth page of the sessions and their indexes, the way a bad disk does. A start reads the other tables. */
async function damage(place: string) {
  const database = new DatabaseSync(place)
  const pages = database
    .prepare(
      "SELECT pageno, pgsize FROM dbstat WHERE name IN (SELECT name FROM sqlite_schema WHERE tbl_name = 'Sessions')",
    )
    .all() as { pageno: number; pgsize: number }[]
  database.close()
  const handle = await open(place, 'r+')
  for (const [at, { pageno, pgsize }] of pages.entries())
    if (at % 4 === 1) await handle.write(Buffer.alloc(pgsize, pageno), 0, pgsize, (pageno - 1) * pgsize)
  await handle.close()
}

/** Resolves when a process that held the write lock for so many seconds is gone. */
function lockFile(place: string, held: number) {
  const program = `const { DatabaseSync } = require('node:sqlite')
    new DatabaseSync(process.argv[1]).exec('BEGIN IMMEDIATE')
    setTimeout(() => process.exit(), ${held * 1000})`
  return promisify(execFile)(process.execPath, ['-e', program, place])
}

/** @returns the system calls of a process during some work that are about files and answers */
async function trace(pid: number, work: () => Promise<void>): Promise<string[]> {
  const CALLS = 'trace=pwrite64,fdatasync,fsync,write,writev'
  const tracer = spawn('strace', ['-f', '-y', '-s', '16', '-e', CALLS, '-p', `${pid}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let output = ''
  const attached = Promise.withResolvers<void>()
  tracer.stderr.setEncoding('utf8').on('data', text => {
    output += text
    if (output.includes('attached')) attached.resolve()
  })
  await attached.promise
  await work()
  tracer.kill('SIGINT')
  await once(tracer, 'close')
  return output.split('\n')
}

/** A file system in an image file. Its copy under way is what a power failure would leave. */
async function mountDisk(within: string, megabytes: number, image = path.join(within, `disk-${megabytes}`)) {
  const mounted = `${image}.mounted`
  if (!(await stat(image).catch(() => undefined))) {
    await writeFile(image, '')
    execFileSync('truncate', ['-s', `${megabytes}M`, image])
    execFileSync('mkfs.ext4', ['-q', '-m', '0', image])
  }
  execFileSync('mkdir', ['-p', mounted])
  execFileSync('mount', ['-o', 'loop', image, mounted])
  return {
    path: mounted,
    sync: () => void execFileSync('sync', ['-f', mounted]),
    copy: () => {
      execFileSync('cp', [image, `${image}.copy`])
      return `${image}.copy`
    },
    unmount: () => void spawnSync('umount', [mounted]),
  }
}

function mayMount() {
  return process.getuid?.() === 0 && spawnSync('losetup', ['-f']).status === 0
}

function mayTrace() {
  return process.getuid?.() === 0 && spawnSync('strace', ['-V']).status === 0
}
