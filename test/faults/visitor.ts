import { seconds } from '../../src/durations.ts'
import { ADA } from '../support/harness.ts'

/** For a server that visitors ask often, with cheap passwords. */
export const FOR_VISITORS = {
  NODE_ENV: 'test',
  LOG_LEVEL: 'info',
  BCRYPT_COST: '4',
  LOGIN_LIMIT_ACCOUNT_CLIENT: '100000',
  LOGIN_LIMIT_CLIENT: '100000',
  LOGIN_LIMIT_ACCOUNT: '100000',
}

export type Answer = {
  path: string
  status: number
  ms: number
  retryAfter: string | null
  detail: string
  cookie: string
}

type Target = { url: string }

/** One request; no answer within a minute throws. */
export async function ask(
  server: Target,
  method: string,
  path: string,
  sent: { cookie?: string; authorization?: string; body?: object } = {},
): Promise<Answer> {
  const began = performance.now()
  const response = await fetch(server.url + path, {
    method,
    headers: {
      cookie: sent.cookie ?? '',
      ...(sent.authorization && { authorization: sent.authorization }),
      ...(sent.body && { 'content-type': 'application/json' }),
      'sec-fetch-site': 'same-origin',
    },
    ...(sent.body && { body: JSON.stringify(sent.body) }),
    signal: AbortSignal.timeout(seconds(60)),
  })
  const text = await response.text()
  return {
    path: `${method} ${path}`,
    status: response.status,
    ms: Math.round(performance.now() - began),
    retryAfter: response.headers.get('retry-after'),
    detail: /"detail":"([^"]*)"/.exec(text)?.[1] ?? '',
    cookie:
      response.headers
        .getSetCookie()
        .map(line => line.split(';', 1)[0])
        .find(pair => pair?.startsWith('connect.sid=s')) ?? '',
  }
}

export const register = (server: Target, person = ADA) => ask(server, 'POST', '/auth/register', { body: person })

export function signIn(server: Target, { email, password } = ADA): Promise<Answer> {
  return ask(server, 'POST', '/auth/login', { body: { email, password } })
}

export const look = (server: Target, cookie: string) => ask(server, 'GET', '/auth/profile', { cookie })

/** Visitors of a server who ask several times a second, as people do who wait for it. */
export function createVisitors() {
  const stops: (() => Promise<Answer[]>)[] = []

  /** @returns ends it, with all answers; one that did not come has the status 0 */
  function keepAsking(askOnce: () => Promise<Answer>, visitors: number) {
    let going = true
    const visits = Array.from({ length: visitors }, async () => {
      const answers: Answer[] = []
      for (; going; await pause(100)) answers.push(await askOnce().catch(noAnswer))
      return answers
    })
    async function stop() {
      going = false
      return (await Promise.all(visits)).flat()
    }
    stops.push(stop)
    return stop
  }

  return { keepAsking, leave: () => Promise.all(stops.splice(0).map(stop => stop())) }
}

function noAnswer(error: Error): Answer {
  return {
    path: '',
    status: 0,
    ms: 0,
    retryAfter: null,
    detail: String(error.cause ?? error),
    cookie: '',
  }
}

/** Asks until it works. @returns after how many ms */
export async function untilWell(askOnce: () => Promise<Answer>): Promise<number> {
  const began = performance.now()
  while ((await askOnce()).status !== 200) await pause(50)
  return performance.now() - began
}

export const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

/** Asks until this status comes. @returns the answer */
export async function untilStatus(askOnce: () => Promise<Answer>, status: number): Promise<Answer> {
  for (const giveUp = Date.now() + seconds(30); Date.now() < giveUp; await pause(50)) {
    const answer = await askOnce()
    if (answer.status === status) return answer
  }
  throw new Error(`no ${status} came`)
}

/** @returns cookies of so many signed-in browsers */
export async function signInMany(server: Target, count: number): Promise<string[]> {
  const cookies: string[] = []
  while (cookies.length < count)
    cookies.push(...(await Promise.all(Array.from({ length: 20 }, () => signIn(server)))).map(({ cookie }) => cookie))
  return cookies
}

/** Each call is the next browser's, by both ways to a session in turn. */
export function lookInTurn(server: Target, cookies: string[]): () => Promise<Answer> {
  let next = 0
  return () => {
    const path = next % 2 ? '/auth/session' : '/auth/profile'
    return ask(server, 'GET', path, { cookie: cookies[next++ % cookies.length] ?? '' })
  }
}
