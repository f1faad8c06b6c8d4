import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import supertest from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ChildServer, startChild } from '../support/child-server.ts'
import { ADA } from '../support/harness.ts'

const run = promisify(execFile)

let server: ChildServer
beforeAll(async () => {
  server = await startChild({})
})
afterAll(() => server.close())

test('the lines under "Try it" work as they stand, and the set-up link of the same start still does afterwards', async () => {
  const [, token] = await server.printed(/first administrator[^"]*\/setup#([\w-]{43})/)
  const { stdout } = await run('sh', ['-euc', await linesUnder('Try it')], { cwd: server.directory })
  const answers = stdout.split('\n').filter(Boolean)
  expect(answers.map(answer => JSON.parse(answer))).toEqual([
    expect.objectContaining({ email: 'ada@example.org', roles: ['user'] }),
    expect.objectContaining({ user: expect.objectContaining({ email: 'ada@example.org' }) }),
    expect.objectContaining({ user: expect.objectContaining({ email: 'ada@example.org' }) }),
    expect.objectContaining({ message: expect.any(String) }),
  ])
  const administrator = { ...ADA, email: 'root@example.org', token }
  const { body } = await supertest(server.url)
    .post('/auth/setup')
    .set('Host', `localhost:${server.port}`)
    .send(administrator)
  expect(body).toMatchObject({ email: 'root@example.org', roles: ['admin'] })
})

/** The shell lines of a section of the README, with this server's port in place of the usual one. */
async function linesUnder(heading: string): Promise<string> {
  const readme = await readFile(path.resolve(import.meta.dirname, '../../README.md'), 'utf8')
  const section = readme.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  const [, lines = ''] = /```sh\n(.*?)```/s.exec(section) ?? []
  return lines.replaceAll('localhost:3000', `localhost:${server.port}`)
}
