import { afterAll, beforeAll, expect, test } from 'vitest'
import { AuditEventRow } from '../../models/audit-event.ts'
import { Role } from '../../models/role.ts'
import { User } from '../../models/user.ts'
import { type ApiClient, apiClient, grant } from '../support/api-client.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, BOB, startServer, type TestServer } from '../support/harness.ts'

let server: TestServer
let admin: ApiClient
beforeAll(async () => {
  server = await startServer()
  await server.register()
  await server.register(BOB)
  await grant(ADA, 'admin')
  admin = await apiClient(server, ADA)
})
afterAll(() => server.close())

const exported = (query = '') => admin.send('get', `/exports/users${query}`)
const HEAD = 'id,email,username,name,roles,disabled,emailVerified,secondFactor,createdAt,lastSignInAt,language'

test('users are exported as CSV with the filters of the list, and the export is recorded', async () => {
  const { headers, text } = await exported('?q=ada').expect(200)
  expect(headers['content-type']).toMatch(/^text\/csv/)
  expect(headers['content-disposition']).toBe('attachment; filename=users.csv')
  const [head, ada, ...rest] = text.replace('\uFEFF', '').trimEnd().split('\r\n')
  expect(head).toBe(HEAD)
  expect(ada).toMatch(/^[0-9a-f-]{36},ada@example\.org,,Ada Lovelace,admin user,false,false,false,20.*Z,20.*Z,$/)
  expect(rest).toEqual([])
  const event = await AuditEventRow.findOne({ where: { event: 'user_data_exported' }, rejectOnEmpty: true })
  expect(event).toMatchObject({ userId: null, details: '{"list":"users"}' })
  expect(event.actorId).not.toBeNull()
})

test('1.2.10 a spreadsheet runs no name of a user', async () => {
  const names = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '=HYPERLINK("http://evil.example","x")', 'a, "b"\r\n=c']
  for (const name of names) {
    await User.update({ name }, { where: { email: BOB.email } })
    const { text } = await exported('?disabled=false').expect(200)
    const cell = /bob@example\.org,,(.*?),user,false/s.exec(text)?.[1] ?? ''
    expect(cell, name).toMatch(/^"?'|^"a, ""b""/)
  }
})

test('all users are in it once', async () => {
  const crowd = Array.from({ length: 500 }, (_, index) => ({
    email: `crowd-${index}@example.org`,
    name: 'Crowd',
    username: null,
    passwordHash: null,
  }))
  await User.bulkCreate(crowd)
  const { text } = await exported().expect(200)
  const addresses = [...text.matchAll(/,([^,]+@example\.org),/g)].map(([, address]) => address)
  expect(addresses.sort()).toEqual([ADA.email, BOB.email, ...crowd.map(({ email }) => email)].sort())
})

test('8.2.1 it needs users:read', async () => {
  await Role.create({ name: 'auditor', description: '', permissions: ['audit:read'] })
  await grant(BOB, 'auditor')
  const auditor = await apiClient(server, BOB)
  expectProblem(await auditor.send('get', '/exports/users'), 403, 'forbidden')
  expectProblem(await exported('?sort=name'), 422, 'validation_failed')
})
