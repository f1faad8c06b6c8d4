import supertest from 'supertest'
import { expect, test } from 'vitest'
import { createDatabase, startServer } from '../support/harness.ts'

test('the same cookie works after a restart, a signed-out one does not', async () => {
  const database = await createDatabase()
  const before = await startServer({}, database)
  await before.register()
  const [ordinary, remembered, gone] = [
    await before.signIn(),
    await before.signIn(undefined, { rememberMe: true }),
    await before.signIn(),
  ]
  await gone.browser.post('/auth/logout').expect(200)
  const told = await ordinary.browser.get('/auth/session').expect(200)
  await before.stop()

  const after = await startServer({}, database)
  const whoAmI = (cookie: string) => supertest(after.url).get('/auth/session').set('Cookie', cookie)
  expect((await whoAmI(ordinary.cookie).expect(200)).body).toEqual(told.body)
  expect((await whoAmI(remembered.cookie).expect(200)).body.session.remembered).toBe(true)
  expect((await whoAmI(gone.cookie).expect(401)).body.reason).toBe('signed-out')
  await after.stop()

  const otherSecret = await startServer({ SESSION_SECRET: 'another-secret-another-secret-another-one' }, database)
  const stranger = await supertest(otherSecret.url).get('/auth/session').set('Cookie', ordinary.cookie).expect(401)
  expect(stranger.body.reason).toBeUndefined()
  await otherSecret.stop()
  await database.drop()
})
