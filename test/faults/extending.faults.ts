import { execFile } from 'node:child_process'
import { access } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Fork, makeFork } from '../support/fork.ts'

let fork: Fork
beforeAll(async () => {
  fork = await makeFork()
})
afterAll(() => fork.remove())

function npm(...args: string[]) {
  return promisify(execFile)('npm', args, {
    cwd: fork.directory,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, BASE_URL: 'http://localhost:3000' },
  })
}

// The rest of `npm run check` is the whole suite; of that, the matrix is what a new route has to pass.
test.each([
  ['run', 'check:types'],
  ['run', 'check:lint'],
  ['run', 'check:unused'],
  ['test', '--', 'test/administration/authorisation.test.ts', '--project', 'sqlite'],
])('npm %s %s passes in a fork that followed docs/extending.md', async (...args) => {
  await npm(...args)
})

test('npm run client writes a client of the fork and says where', async () => {
  const { stdout } = await npm('run', 'client')
  expect(stdout).toContain('data/client/latchkey.ts')
  await access(path.join(fork.directory, 'data/client/latchkey.ts'))
})
