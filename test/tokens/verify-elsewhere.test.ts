import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import supertest from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createService, createVerifier } from '../../docs/examples/verify-elsewhere.ts'
import { accessToken, asBearer, makeAdmin, personalToken, userOf } from '../support/bearer.ts'
import { ADA, BOB, startServer, type TestServer } from '../support/harness.ts'

let server: TestServer
let verifier: Awaited<ReturnType<typeof createVerifier>>
let service: Server
let url = ''
beforeAll(async () => {
  server = await startServer()
  for (const person of [ADA, BOB]) await server.register(person)
  await makeAdmin(BOB)
  const { BASE_URL: issuer, TOKEN_AUDIENCE: audience } = server.env
  verifier = await createVerifier({ issuer, audience, at: server.url })
  service = createService(verifier).listen(0, '127.0.0.1')
  await once(service, 'listening')
  url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`
})
afterAll(async () => {
  verifier.stop()
  service.close()
  await server.close()
})

const ask = (token: string) => supertest(url).get('/').set(asBearer(token))

test('another service lets in whom the token permits, and nobody else', async () => {
  const { cookie } = await server.signIn(BOB)
  const { text } = await ask(await accessToken(server, cookie)).expect(200)
  expect(text).toBe(`Hello ${(await userOf(BOB)).id}`)
  await ask(await accessToken(server, (await server.signIn()).cookie)).expect(403)
  await ask((await personalToken(server, cookie)).token).expect(401)
  await ask('nonsense').expect(401)
  await supertest(url).get('/').expect(401)
})

test('it refuses the token of a session that ended, as soon as it has fetched the list again', async () => {
  const { browser, cookie } = await server.signIn(BOB)
  const [token, other] = [
    await accessToken(server, cookie),
    await accessToken(server, (await server.signIn(BOB)).cookie),
  ]
  await ask(token).expect(200)
  await browser.post('/auth/logout').expect(200)
  await new Promise(resolve => setTimeout(resolve, 1010))
  await verifier.refresh()
  await ask(token).expect(401)
  await ask(other).expect(200)
})

test('it verifies what a new key signed', async () => {
  const { cookie } = await server.signIn(BOB)
  await server.rows(`UPDATE "SigningKeys" SET "createdAt" = '2020-01-01 00:00:00.000 +00:00'`)
  server.deps.channel.publish({ kind: 'keys' })
  const fresh = await createVerifier({
    issuer: server.env.BASE_URL,
    audience: server.env.TOKEN_AUDIENCE,
    at: server.url,
  })
  expect(await fresh.verify(`Bearer ${await accessToken(server, cookie)}`)).toMatchObject({ iss: server.env.BASE_URL })
  fresh.stop()
})

test('docs/verify-elsewhere.md shows this very file', async () => {
  const [page, example] = await Promise.all(
    ['docs/verify-elsewhere.md', 'docs/examples/verify-elsewhere.ts'].map(file => readFile(file, 'utf8')),
  )
  expect(page).toContain(`\`\`\`ts\n${example}\`\`\``)
})
