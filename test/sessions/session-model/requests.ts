import type { Pair } from '../../support/nodes/pair.ts'
import type { Answer } from '../../support/nodes/processes.ts'
import type { Alone } from './commands.ts'

const PASSIVE = { 'X-Session-Passive': '1' }

/** The request that a command stands for. @param key what it writes or removes */
export function send({ ask }: Pair, each: Alone, cookie: string, key: string): Promise<Answer> {
  if (each.kind === 'write') return ask(each.node, 'POST', '/auth/model', { cookie, body: { set: key } })
  if (each.kind === 'remove') return ask(each.node, 'POST', '/auth/model', { cookie, body: { remove: key } })
  if (each.kind === 'log out') return ask(each.node, 'POST', '/auth/logout', { cookie })
  if (each.kind === 'end the others') return ask(each.node, 'DELETE', '/auth/sessions', { cookie })
  return ask(each.node, 'GET', each.path, { cookie, ...(each.passive && { headers: PASSIVE }) })
}

/** The model's keys in an answer of `GET /auth/model`. */
export const keysIn = ({ body }: Answer) => new Set((body as unknown as [string, unknown][]).map(([key]) => key))

export function showsKeys({ each, answer }: { each: Alone; answer: Answer }) {
  return each.kind === 'read' && each.path === '/auth/model' && answer.status === 200
}

/** Whether a request prolongs its session. */
export const useOf = (each: Alone) => (each.kind === 'read' && each.passive ? 'passive' : 'active')
