import supertest from 'supertest'
import { beforeAll, describe, expect, test } from 'vitest'
import { days } from '../../src/durations.ts'
import { answersOfEveryStatus, type Seen } from '../support/answers-of-every-status.ts'
import { startServer } from '../support/harness.ts'
import { sendRaw } from '../support/raw-http.ts'

let seen: Seen[] = []
beforeAll(async () => {
  seen = await answersOfEveryStatus()
})

function each(check: (answer: Seen) => unknown) {
  expect(seen.length).toBeGreaterThan(40)
  const wrong = seen.filter(answer => !check(answer)).map(({ title, status }) => `${status} ${title}`)
  expect(wrong).toEqual([])
}
const isPage = ({ headers }: Seen) => /html|css|javascript|image/.test(headers['content-type'] ?? '')
const directives = (answer: Seen) => (answer.headers['content-security-policy'] ?? '').split(';')

describe('on every answer, whatever its status', () => {
  test('all statuses there are have been seen', () => {
    const statuses = [...new Set(seen.map(({ status }) => status))].sort()
    expect(statuses).toEqual([200, 201, 204, 302, 304, 400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 431, 500, 503])
  })

  test('HSTS is for a year at least and for this host alone', () =>
    each(({ headers }) => {
      const [, age = '0'] = /^max-age=(\d+)$/.exec(headers['strict-transport-security'] ?? '') ?? []
      return Number(age) >= days(365) / 1000
    }))

  test('3.4.2 no other origin is let in', () =>
    each(({ headers }) => !Object.keys(headers).some(name => name.startsWith('access-control-'))))

  test('3.4.3 the CSP starts from nothing, allows nothing inline and no other base', () =>
    each(answer => {
      const policy = directives(answer)
      const isStrict = policy.includes("default-src 'none'") && policy.includes("base-uri 'none'")
      return isStrict && !policy.join().includes('unsafe-') && !policy.join().includes('*')
    }))

  test('3.4.4 types are not guessed', () => each(({ headers }) => headers['x-content-type-options'] === 'nosniff'))

  test('3.4.5 no address is passed on', () => each(({ headers }) => headers['referrer-policy'] === 'no-referrer'))

  test('3.4.6 nothing is framed', () => each(answer => directives(answer).includes("frame-ancestors 'none'")))

  test('3.4.8 3.5.8 documents and resources are for this origin', () =>
    each(
      ({ headers }) =>
        headers['cross-origin-opener-policy'] === 'same-origin' &&
        headers['cross-origin-resource-policy'] === 'same-origin',
    ))

  test('3.2.1 what is no page can do nothing even where it is shown as one', () =>
    each(
      answer =>
        isPage(answer) || answer.headers['content-type'] === undefined || directives(answer).includes('sandbox'),
    ))

  test('4.1.1 a body has a type, and text has a charset', () =>
    each(({ text, headers }) => !text || /charset=utf-8$/.test(headers['content-type'] ?? '')))

  test('13.4.6 neither server nor version is named', () =>
    each(({ headers }) => headers['x-powered-by'] === undefined && headers.server === undefined))

  test('14.3.2 nothing but pages and their files is kept by a cache', () =>
    each(
      answer =>
        isPage(answer) ||
        (answer.status === 304 && /css|sign-in/.test(answer.title)) ||
        answer.headers['cache-control'] === 'no-store',
    ))

  test('16.2.1 it has an id of its own', () => {
    each(({ headers }) => /^[\da-f-]{36}$/.test(headers['x-request-id'] ?? ''))
    expect(new Set(seen.map(({ headers }) => headers['x-request-id'])).size).toBe(seen.length)
  })
})

test('16.5.1 a 5xx tells neither its cause nor the code', () => {
  const failures = seen.filter(({ status }) => status >= 500)
  expect(failures).toHaveLength(2)
  for (const { text } of failures)
    expect(text).not.toMatch(/fault of ours|Users|SELECT|select|\.ts|\n +at |sqlite|postgres|sequelize/)
})

test('HSTS_SUBDOMAINS=true has browsers use https for all hosts below too, on pages, answers and refusals alike', async () => {
  const server = await startServer({ HSTS_SUBDOMAINS: 'true' })
  try {
    for (const path of ['/', '/auth/session', '/nothing']) {
      const { headers } = await supertest(server.url).get(path)
      expect(headers['strict-transport-security']).toMatch(/^max-age=\d+; includeSubDomains$/)
    }
    const unreadable = await sendRaw(server.port, 'NONSENSE\r\n\r\n')
    expect(unreadable.headers['strict-transport-security']).toMatch(/; includeSubDomains$/)
  } finally {
    await server.close()
  }
})
