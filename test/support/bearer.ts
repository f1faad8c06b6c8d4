import supertest from 'supertest'
import { extensions } from '../../extensions.ts'
import { Role } from '../../models/role.ts'
import { User } from '../../models/user.ts'
import { PERMISSIONS } from '../../src/identity/permissions.ts'
import type { TestServer } from './harness.ts'

type At = Pick<TestServer, 'url'>

export const everyScope: string[] = [...PERMISSIONS, ...(extensions.permissions ?? [])]

/** Makes a personal token of whoever the cookie signs in. */
export async function personalToken(server: At, cookie: string, wish: object = {}) {
  const body = { name: 'test', scopes: [], ...wish }
  const answer = await supertest(server.url).post('/auth/tokens').set('Cookie', cookie).send(body).expect(201)
  return answer.body as { id: string; token: string; scopes: string[]; expires: string }
}

/** Makes an access token of the session that the cookie is of. */
export async function accessToken(server: At, cookie: string): Promise<string> {
  const answer = await supertest(server.url).post('/auth/token').set('Cookie', cookie).expect(200)
  return answer.body.access_token
}

export const asBearer = (token = '') => ({ Authorization: `Bearer ${token}` })

/** One request with this token and nothing else. */
export function askWith(server: At, token: string, path = '/api/v1/me') {
  return supertest(server.url).get(path).set(asBearer(token))
}

const adminRole = () => Role.findOne({ where: { name: 'admin' }, rejectOnEmpty: true })

export const userOf = ({ email }: { email: string }) => User.findOne({ where: { email }, rejectOnEmpty: true })

export const makeAdmin = async (person: { email: string }) => (await userOf(person)).addRole(await adminRole())
