import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { DEVICE_GRANT } from '../../../src/provider/client-schema.ts'
import { ADA } from '../../support/harness.ts'
import { startOidcAgent } from '../../support/oidc-agent.ts'
import { startOpenidProvider } from '../../support/openid-provider.ts'

let it: Awaited<ReturnType<typeof startOpenidProvider>>
let agent: Awaited<ReturnType<typeof startOidcAgent>>
beforeAll(async () => {
  it = await startOpenidProvider()
  await it.server.register(ADA)
  agent = await startOidcAgent()
})
afterAll(async () => {
  await agent?.close()
  await it?.server.close()
})

test('oidc-agent gets tokens by the device flow, renews them, and loses them at sign-out', async () => {
  const { id, secret } = await it.addClient('terminal', {
    grantTypes: [DEVICE_GRANT, 'refresh_token'],
    redirectUris: [],
    scopes: ['openid', 'email', 'offline_access'],
  })
  const surfer = await it.signIn(ADA)
  const generating = agent.run(
    'oidc-gen',
    ...['latchkey', `--iss=${it.issuer}`, `--client-id=${id}`, `--client-secret=${secret}`, '--scope=openid email'],
    ...['--flow=device', '--pw-env', '--prompt=none', '--confirm-default', '--no-url-call'],
  )
  const userCode = await vi.waitFor(() => userCodeIn(generating.output()), { timeout: 10_000 })
  expect(generating.output()).toContain(`${it.issuer}/device`)
  const decided = await surfer.post(`${it.server.url}/auth/device/decision`, { userCode, decision: 'allow' })
  expect(decided.status).toBe(200)
  expect(await generating.exited).toMatchObject({ code: 0, output: expect.stringContaining('Everything setup') })

  const first = await agent.run('oidc-token', 'latchkey').exited
  expect(await askAbout(first.output)).toMatchObject({ email: ADA.email })
  const renewed = await agent.run('oidc-token', '--force-new', 'latchkey').exited
  expect(renewed.output).not.toBe(first.output)
  expect(await askAbout(renewed.output)).toMatchObject({ email: ADA.email })

  await surfer.post(`${it.server.url}/auth/logout`)
  expect(await askAbout(renewed.output)).toMatchObject({ error: 'invalid_token' })
  const refused = await agent.run('oidc-token', '--force-new', 'latchkey').exited
  expect(refused).toMatchObject({ code: 1, output: expect.stringContaining('invalid_grant') })
})

function userCodeIn(output: string): string {
  const [, code] = /enter the code: (\S+)/.exec(output) ?? []
  if (!code) throw new Error(`oidc-gen printed no code: ${output}`)
  return code
}

async function askAbout(token: string): Promise<unknown> {
  const answer = await fetch(`${it.issuer}/me`, { headers: { authorization: `Bearer ${token}` } })
  return answer.json()
}
