import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { endpoint } from '../../src/http/endpoint.ts'
import { takeBreaches } from '../support/contract.ts'
import { startServer, type TestServer } from '../support/harness.ts'

function answering(path: string, status: number, body: unknown, declared: object) {
  return endpoint({
    method: 'get',
    path: `/auth/contract/${path}`,
    summary: 'Breaks its contract',
    tags: ['Test'],
    access: 'public',
    responses: declared as never,
    handler: ({ res }) => void res.status(status).json(body),
  })
}

const kept = { 200: { description: 'Kept', schema: z.strictObject({ a: z.int() }) } }

let server: TestServer
beforeAll(async () => {
  const auth = () => [
    answering('kept', 200, { a: 1 }, kept),
    answering('status', 418, { a: 1 }, kept),
    answering('field', 200, { a: 1, b: 2 }, kept),
    answering('type', 200, { a: 'x' }, kept),
    answering('body', 200, { a: 1 }, { 200: { description: 'Without a body' } }),
  ]
  server = await startServer({}, undefined, { auth })
})
afterAll(() => server.close())

describe('2.1.1 the contract that holds in every test', () => {
  test.each([
    ['status', 'is not declared'],
    ['field', 'breaks its schema'],
    ['type', 'breaks its schema'],
    ['body', 'has a body of the undeclared type'],
  ])('finds a wrong %s', async (path, fault) => {
    await supertest(server.url).get(`/auth/contract/${path}`)
    await vi.waitFor(() => expect(takeBreaches()).toEqual([expect.stringContaining(fault)]))
  })

  test('finds nothing where it is kept', async () => {
    await supertest(server.url).get('/auth/contract/kept').expect(200)
    expect(takeBreaches()).toEqual([])
  })
})
