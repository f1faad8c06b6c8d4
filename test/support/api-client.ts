import supertest from 'supertest'
import { Role } from '../../models/role.ts'
import { User } from '../../models/user.ts'
import type { TestServer } from './harness.ts'

type Person = { email: string; password: string }

/** Gives a person of the test a role, as the CLI would before anybody asks. */
export async function grant(person: { email: string }, roleName: string) {
  const user = await User.findOne({ where: { email: person.email }, rejectOnEmpty: true })
  await user.addRole(await Role.findOne({ where: { name: roleName }, rejectOnEmpty: true }))
  return user
}

/** Calls the API as a person: signs in, takes an access token and sends it. */
export async function apiClient(server: TestServer, person: Person) {
  const { browser } = await server.signIn(person)
  const { body } = await browser.post('/auth/token').expect(200)
  const authorization = `Bearer ${body.access_token}`
  const send = (method: 'get' | 'post' | 'put' | 'patch' | 'delete', path: string) =>
    supertest(server.url)[method](`/api/v1${path}`).set('Authorization', authorization)
  return { browser, authorization, send }
}

export type ApiClient = Awaited<ReturnType<typeof apiClient>>
