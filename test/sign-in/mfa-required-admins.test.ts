import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Role } from '../../models/role.ts'
import { User } from '../../models/user.ts'
import { grantRole } from '../../src/administration/administer.ts'
import { enrolTotp } from '../support/enrol.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, startServer, type TestServer } from '../support/harness.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer({ MFA_REQUIRED: 'admins' })
})
afterAll(() => server.close())

let people = 0
async function somebody() {
  const person = { ...ADA, email: `person${people++}@example.org` }
  await server.register(person)
  const user = await User.findOne({ where: { email: person.email }, rejectOnEmpty: true })
  return { person, user, ...(await server.signIn(person)) }
}
async function makeAdmin(user: User) {
  return grantRole(server.deps, user, await Role.findOne({ where: { name: 'admin' }, rejectOnEmpty: true }))
}
function refused(answer: { status: number; headers: Record<string, unknown>; body: unknown }) {
  return expectProblem(answer, 403, 'second_factor_enrolment_required')
}

describe('6.3.3 MFA_REQUIRED=admins', () => {
  test('covers administrators and nobody else', async () => {
    const { person, user } = await somebody()
    await makeAdmin(user)
    refused(await (await server.signIn(person)).browser.get('/auth/profile'))
    const { browser } = await somebody()
    await browser.get('/auth/profile').expect(200)
  })

  test('8.3.2 covers who becomes one, from the next request on', async () => {
    const { browser, user } = await somebody()
    await browser.get('/auth/profile').expect(200)
    await makeAdmin(user)
    await server.deps.channel.sync()
    refused(await browser.get('/auth/profile'))
    await enrolTotp(browser)
    await browser.get('/auth/profile').expect(200)
    expectProblem(await browser.delete('/auth/totp'), 409, 'second_factor_needed')
  })

  test.each(['users:write', 'roles:write', 'audit:read'])(
    'goes by permission, not by the name of a role: %s',
    async permission => {
      const { browser, user } = await somebody()
      const role = await Role.create({ name: `own-${people}`, description: '', permissions: [permission] })
      await grantRole(server.deps, user, role)
      await server.deps.channel.sync()
      refused(await browser.get('/auth/profile'))
      refused(await browser.post('/auth/token'))
    },
  )

  test("does not cover a permission of a team's own", async () => {
    const { browser, user } = await somebody()
    const role = await Role.create({ name: 'widgets', description: '', permissions: ['widgets:write'] })
    await grantRole(server.deps, user, role)
    await server.deps.channel.sync()
    await browser.get('/auth/profile').expect(200)
  })

  test('others may remove their last factor', async () => {
    const { browser } = await somebody()
    await enrolTotp(browser)
    const { body } = await browser.delete('/auth/totp').expect(200)
    expect(body).toEqual({ message: 'Authenticator app removed', ended: 0 })
  })
})
