import supertest from 'supertest'
import { expect, test } from 'vitest'
import { User } from '../../models/user.ts'
import { createLink } from '../../src/links/links.ts'
import { startAmongLiars } from '../support/federation.ts'
import { ADA, startServer } from '../support/harness.ts'
import { startMailbox } from '../support/mailbox.ts'
import { Surfer } from '../support/surfer.ts'

test('the first administrator gets the language of the set-up', async () => {
  const server = await startServer()
  const token = (await createLink(server.env.BASE_URL, 'setup')).split('#')[1]
  const setUp = supertest(server.url).post('/auth/setup').set('Accept-Language', 'it')
  expect((await setUp.send({ token, ...ADA }).expect(201)).body.language).toBe('it')
  await server.close()
})

test('an account that a provider opens gets the language of the page, else of the browser', async () => {
  const it = await startAmongLiars(['corp'])
  async function arrive(sub: string, query: string) {
    it.providers.corp.become({ sub, email: `${sub}@example.org`, email_verified: true, name: 'Kim' })
    const surfer = new Surfer()
    surfer.headers['accept-language'] = 'nl-BE,nl;q=0.9,en;q=0.8'
    await surfer.go(`${it.server.url}/auth/oidc/corp${query}`)
    return (await it.whoIs(surfer))?.user.language
  }
  expect(await arrive('first', '')).toBe('nl')
  expect(await arrive('second', '?language=pl')).toBe('pl')
  expect(await arrive('second', '?language=de')).toBe('pl')
  expect((await fetch(`${it.server.url}/auth/oidc/corp?language=xx`, { redirect: 'manual' })).status).toBe(422)
  await it.close()
})

test('where mail is set up, the confirmation is in the language of the registration, until the account has one', async () => {
  const mailbox = await startMailbox()
  const server = await startServer({ ...mailbox.settings, BASE_URL: 'http://localhost:3000' })
  async function registerIn(language: string) {
    await supertest(server.url).post('/auth/register').set('Accept-Language', language).send(ADA).expect(202)
    await server.deps.delayed.finish()
    return await mailbox.next(ADA.email)
  }
  const mail = await registerIn('pl')
  expect(mail.subject).toBe('Potwierdź swój adres e-mail w serwisie Latchkey')
  expect(mail.html).toContain('<html lang="pl">')
  expect((await registerIn('fr')).subject).toBe('Confirmez votre adresse e-mail pour Latchkey')
  const where = { email: ADA.email }
  await User.update({ emailVerifiedAt: new Date(), pendingRegistration: null }, { where })
  expect((await registerIn('es')).subject).toBe('Vous avez déjà un compte sur Latchkey')
  expect(await User.findOne({ where })).toMatchObject({ language: 'fr' })
  await server.close()
  await mailbox.close()
})
