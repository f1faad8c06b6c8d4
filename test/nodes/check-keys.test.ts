import { afterAll, beforeAll, expect, test } from 'vitest'
import { encryptionKeyId } from '../../src/encryption/sealer.ts'
import { secretId } from '../../src/sessions/cookie.ts'
import { startChild } from '../support/child-server.ts'
import { ADA, BOB, startServer, type TestServer } from '../support/harness.ts'

const OTHER = {
  SESSION_SECRET: 'Zq3vT9xW2mB7nR5cY8zL4pF6hJ1dG0sAeUiO',
  ENCRYPTION_KEYS: 'Y8Wq2LmZ4rT7vB1nK6pJ9sD3fG5hY0cAeUiO',
}

let server: TestServer
beforeAll(async () => {
  server = await startServer()
  for (const person of [ADA, BOB]) {
    await server.register(person)
    await server.signIn(person)
  }
})
afterAll(() => server.close())

/** Starts with these keys on the same database. @returns the lines of its log that tell of missing keys */
async function linesAtStart(keys: Record<string, string>) {
  const child = await startChild({ DATABASE_URL: server.env.DATABASE_URL, ...keys })
  try {
    await child.printed(/Listening on/)
    child.child.kill('SIGTERM')
    await child.exited
    return child.output.stdout
      .split('\n')
      .filter(line => /"message":"(SESSION_SECRET|ENCRYPTION_KEYS) lacks/.test(line))
      .map(line => JSON.parse(line))
  } finally {
    await child.close()
  }
}

test('13.3.4 a start without the secrets and keys in use says which are missing, and what that does', async () => {
  const lines = await linesAtStart(OTHER)
  const [secret = ''] = server.env.SESSION_SECRET
  const [key = ''] = server.env.ENCRYPTION_KEYS
  expect(lines).toEqual([
    expect.objectContaining({ level: 'warn', secret: secretId(secret), sessions: 2, of: 2 }),
    expect.objectContaining({ level: 'error', key: encryptionKeyId(key), message: expect.stringContaining('503') }),
    expect.objectContaining({
      level: 'warn',
      key: encryptionKeyId(key),
      message: expect.stringContaining('audit verify'),
    }),
    expect.objectContaining({ level: 'warn', key: encryptionKeyId(key), message: expect.stringContaining('sealed') }),
  ])
})

test('with them at the end of the lists it says nothing', async () => {
  const { SESSION_SECRET, ENCRYPTION_KEYS } = server.env
  const both = {
    SESSION_SECRET: [OTHER.SESSION_SECRET, ...SESSION_SECRET].join(','),
    ENCRYPTION_KEYS: [OTHER.ENCRYPTION_KEYS, ...ENCRYPTION_KEYS].join(','),
  }
  expect(await linesAtStart(both)).toEqual([])
})
