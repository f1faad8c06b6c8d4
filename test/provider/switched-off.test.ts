import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import supertest from 'supertest'
import { expect, test } from 'vitest'
import { startServer } from '../support/harness.ts'

const TELL_LOADED = `
  import { registerHooks } from 'node:module'
  registerHooks({
    load(url, context, next) {
      if (url.includes('/node_modules/oidc-provider/')) console.log('oidc-provider')
      if (url.endsWith('/src/app.ts')) console.log('the app')
      return next(url, context)
    },
  })`

test('without OPENID_PROVIDER its addresses are unknown', async () => {
  const server = await startServer({ OPENID_PROVIDER: 'false' })
  for (const address of [
    '/oidc/.well-known/openid-configuration',
    '/oidc/auth',
    '/oidc/jwks',
    '/oidc/session/end',
    '/.well-known/oauth-authorization-server/oidc',
    '/.well-known/oauth-protected-resource/api',
    '/auth/interactions/abc',
  ])
    await supertest(server.url).get(address).expect(404)
  await server.close()
})

test('the app loads oidc-provider only where it is switched on', async () => {
  const script = `${TELL_LOADED}\nawait import('./src/app.ts')\nawait import('./src/open-services.ts')\nprocess.exit()`
  const root = path.resolve(import.meta.dirname, '../..')
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: root,
  })
  expect(new Set(stdout.trim().split('\n'))).toEqual(new Set(['the app']))
})
