import { readFile } from 'node:fs/promises'
import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { down, up } from '../docs/examples/widgets/migration.ts'
import { Widget } from '../docs/examples/widgets/model.ts'
import { widgets } from '../docs/examples/widgets/routes.ts'
import { Role } from '../models/role.ts'
import { type ApiClient, apiClient, grant } from './api-client.ts'
import { expectProblem } from './expect-problem.ts'
import { ADA, BOB, startServer, type TestServer } from './harness.ts'

let server: TestServer
let admin: ApiClient
beforeAll(async () => {
  server = await startServer({}, undefined, widgets)
  const { sequelize } = server.deps.database
  Widget.register(sequelize)
  await up(sequelize.getQueryInterface())
  await server.register()
  await server.register(BOB)
  const role = await Role.findOne({ where: { name: 'admin' }, rejectOnEmpty: true })
  await role.update({ permissions: [...role.permissions, ...widgets.permissions] })
  await grant(ADA, 'admin')
  admin = await apiClient(server, ADA)
})
afterAll(async () => {
  await down(server.deps.database.sequelize.getQueryInterface())
  await server.close()
})

describe('a router of one’s own, as docs/extending.md shows it', () => {
  test('parses, answers and stands in the OpenAPI document', async () => {
    const created = await admin.send('post', '/widgets').send({ name: 'sprocket' }).expect(201)
    expect(created.body).toEqual({ id: expect.any(Number), name: 'sprocket' })
    const { body } = await admin.send('get', '/widgets').expect(200)
    expect(body).toEqual([created.body])
    const problem = expectProblem(await admin.send('post', '/widgets').send({ nam: 'x' }), 422, 'validation_failed')
    expect(problem.errors?.map(({ pointer }) => pointer).sort()).toEqual(['#/nam', '#/name'])
    const document = await supertest(server.url).get('/openapi.json').expect(200)
    expect(Object.keys(document.body.paths['/api/v1/widgets'])).toEqual(['get', 'post'])
  })

  test('is closed to who lacks its permission, which a role can grant', async () => {
    const bob = await apiClient(server, BOB)
    expectProblem(await bob.send('get', '/widgets'), 403, 'forbidden')
    const role = { name: 'widgeteer', description: 'Sees widgets', permissions: ['widgets:read'] }
    await admin.send('post', '/roles').send(role).expect(201)
    const { id } = await grant(BOB, 'user')
    await admin.send('put', `/users/${id}/roles/widgeteer`).expect(204)
    const widgeteer = await apiClient(server, BOB)
    await widgeteer.send('get', '/widgets').expect(200)
    expectProblem(await widgeteer.send('post', '/widgets').send({ name: 'x' }), 403, 'forbidden')
  })

  test('takes under 40 lines in all, which stand in docs/extending.md as they are', async () => {
    const page = await readFile('docs/extending.md', 'utf8')
    const files = await Promise.all(
      ['model', 'migration', 'routes'].map(name => readFile(`docs/examples/widgets/${name}.ts`, 'utf8')),
    )
    for (const file of files) expect(page).toContain(`\`\`\`ts\n${file}\`\`\``)
    const lines = files.join('\n').split('\n')
    expect(lines.filter(line => line.trim() !== '').length).toBeLessThan(40)
  })
})
