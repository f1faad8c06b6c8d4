import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Identity } from '../../models/identity.ts'
import { User } from '../../models/user.ts'
import { startAmongLiars } from '../support/federation.ts'
import type { LyingProvider } from '../support/lying-provider.ts'
import { bodyOf, Surfer } from '../support/surfer.ts'

let it: Awaited<ReturnType<typeof startAmongLiars<'corp'>>>
let corp: LyingProvider
beforeAll(async () => {
  it = await startAmongLiars(['corp'])
  corp = it.providers.corp
})
afterAll(() => it?.close())

let number = 0
beforeEach(() => {
  number++
  const email = `person${number}@example.org`
  corp.become({ sub: `sub-${number}`, email, email_verified: true, name: 'Ada' })
})

async function answerFor(surfer: Surfer) {
  return (await surfer.go(`${it.server.url}/auth/oidc/corp`, next => next.pathname.endsWith('/callback'))).at
}

async function bring(surfer: Surfer, answer: URL) {
  const response = await surfer.ask(answer, { headers: { accept: 'application/json' } })
  const { code } = await bodyOf<{ code?: string }>(response)
  return `${response.status} ${code ?? ''}`.trim()
}

function counted(outcomes: string[]) {
  const counts: Record<string, number> = {}
  for (const each of outcomes) counts[each] = (counts[each] ?? 0) + 1
  return counts
}

async function userHere() {
  return await User.findOne({ where: { email: String(corp.person.email) }, rejectOnEmpty: true })
}

async function sessionsOf(userId: string) {
  return await it.server.rows(`SELECT 1 FROM "Sessions" WHERE "userId" = '${userId}'`)
}

describe('2.3.4 15.4.2 in parallel', () => {
  test('of 200 answers with one state, one signs in', async () => {
    const surfer = new Surfer()
    const answer = await answerFor(surfer)
    const cookie = `latchkey.provider=${surfer.cookie(it.server.url, 'latchkey.provider')}`
    const headers = { cookie, accept: 'application/json' }
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, async () => {
        const response = await fetch(answer, { headers, redirect: 'manual' })
        const { code } = await bodyOf<{ code?: string }>(response)
        return `${response.status} ${code ?? ''}`.trim()
      }),
    )
    expect(counted(outcomes)).toEqual({ '200': 1, '401 provider_answer_used': 199 })
    const { id } = await userHere()
    expect(await sessionsOf(id)).toHaveLength(1)
    expect(await Identity.count({ where: { userId: id } })).toBe(1)
    expect(corp.redemptions.filter(({ code }) => code === answer.searchParams.get('code'))).toHaveLength(1)
  })

  test('20 first sign-ins of one person make one account with one identity, and all are signed in', async () => {
    const surfers = Array.from({ length: 20 }, () => new Surfer())
    const answers = await Promise.all(surfers.map(async surfer => ({ surfer, answer: await answerFor(surfer) })))
    const outcomes = await Promise.all(answers.map(({ surfer, answer }) => bring(surfer, answer)))
    expect(counted(outcomes)).toEqual({ '200': 20 })
    const { id } = await userHere()
    expect(await User.count({ where: { name: 'Ada', email: String(corp.person.email) } })).toBe(1)
    expect(await Identity.count({ where: { subject: String(corp.person.sub) } })).toBe(1)
    const seen = await Promise.all(surfers.map(async surfer => (await it.whoIs(surfer))?.user.id))
    expect(new Set(seen)).toEqual(new Set([id]))
  })

  test('of 10 links of one identity to different accounts, one holds', async () => {
    const surfers = await Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        const person = { email: `many${index}@example.org`, name: 'Many', password: 'seven green bicycles at dawn' }
        await it.server.register(person)
        const surfer = new Surfer()
        await it.signInByPassword(surfer, person)
        return surfer
      }),
    )
    const pages = await Promise.all(surfers.map(async surfer => (await it.link(surfer)).page ?? 'not started'))
    const taken = '/account/security?problem=identity_taken&provider=corp'
    expect(counted(pages)).toEqual({ '/account/security': 1, [taken]: 9 })
    expect(await Identity.count({ where: { subject: String(corp.person.sub) } })).toBe(1)
  })
})

describe('while the person is at the provider', () => {
  test('7.4.2 a user who is disabled is not signed in', async () => {
    await it.signInWith()
    const surfer = new Surfer()
    const answer = await answerFor(surfer)
    await (await userHere()).update({ disabledAt: new Date() })
    expect(await bring(surfer, answer)).toBe('401 provider_refused')
  })

  test('an identity that is unlinked signs nobody in to the account', async () => {
    await it.signInWith()
    const user = await userHere()
    const surfer = new Surfer()
    const answer = await answerFor(surfer)
    await Identity.destroy({ where: { userId: user.id } })
    expect(await bring(surfer, answer)).toBe('409 identity_undecided')
    expect(await it.whoIs(surfer)).toBeUndefined()
  })

  test('an account that gets the address is not taken over', async () => {
    const surfer = new Surfer()
    const answer = await answerFor(surfer)
    const email = String(corp.person.email)
    await it.server.register({ email, name: 'Local', password: 'seven green bicycles at dawn' })
    await User.update({ emailVerifiedAt: new Date() }, { where: { email } })
    expect(await bring(surfer, answer)).toBe('409 identity_undecided')
  })
})
