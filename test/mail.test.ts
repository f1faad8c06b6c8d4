import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ADA, startServer, type TestServer } from './harness.ts'
import { type Mailbox, startMailbox } from './mailbox.ts'

const LINK = 'http://localhost:3000/reset-password#kYq3vT9xW2mB7nR5cY8zL4pF6hJ1dG0sAeUiOkYq3vT'

describe('a mail', () => {
  let mailbox: Mailbox
  let server: TestServer
  beforeAll(async () => {
    mailbox = await startMailbox()
    server = await startServer({ ...mailbox.settings, SITE_NAME: 'Ada & Co' })
  })
  afterAll(async () => {
    await server.close()
    await mailbox.close()
  })

  test('arrives with a plain and an HTML part that carry the same link, and the headers of an automatic mail', async () => {
    const data = { name: ADA.name, link: LINK, minutes: 30 }
    await server.deps.mailer.send({ to: ADA.email, template: 'reset-password', data })
    const mail = await mailbox.next('new password')
    expect(mail).toMatchObject({ to: [ADA.email], link: LINK, token: LINK.split('#')[1] })
  })
})
