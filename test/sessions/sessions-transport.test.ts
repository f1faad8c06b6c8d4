import { describe, expect, test, vi } from 'vitest'
import { loadEnv } from '../../configs/env.ts'
import { ADA, cookiesOf, startServer } from '../support/harness.ts'

describe('a secure cookie is never silently not set', () => {
  const https = { BASE_URL: 'https://login.example.org' }

  test('the server does not start where https is promised and no proxy is trusted', () => {
    expect(() => loadEnv({ ...https, SESSION_SECRET: 'x'.repeat(40), TRUST_PROXY: 'false' })).toThrow(/TRUST_PROXY/)
  })

  test('a request over plain http is refused out loud before it signs anybody in, and leaves no row', async () => {
    const behindProxy = await startServer({ ...https, TRUST_PROXY: '1' })
    const error = vi.spyOn(behindProxy.deps.logger, 'error').mockImplementation(() => behindProxy.deps.logger)
    const plain = await behindProxy.agent().post('/auth/login').send({ email: 'a@b.example', password: 'x' })
    expect(plain.body).toMatchObject({ status: 400, code: 'insecure_transport' })
    expect(error).toHaveBeenCalledWith(expect.stringContaining('TRUST_PROXY'))
    expect(await behindProxy.rows('SELECT * FROM "Sessions"')).toEqual([])
    await behindProxy.close()
  })

  test('over https behind the proxy the cookie is set, Secure and with the __Host- prefix', async () => {
    const behindProxy = await startServer({ ...https, TRUST_PROXY: '1' })
    const proxied = (path: string) =>
      behindProxy.agent().post(path).set({ 'X-Forwarded-Proto': 'https', Host: 'login.example.org' })
    await proxied('/auth/register').send(ADA).expect(201)
    const answer = await proxied('/auth/login').send({ email: ADA.email, password: ADA.password }).expect(200)
    const { attributes } = cookiesOf(answer).get('__Host-connect.sid') ?? {}
    expect(Object.fromEntries(attributes ?? [])).toMatchObject({ path: '/', secure: '', httponly: '', samesite: 'Lax' })
    expect(attributes?.has('domain')).toBe(false)
    await behindProxy.close()
  })
})
