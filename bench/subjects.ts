import { join } from 'node:path'
import { everySession, type Population } from './population.ts'
import { ask, get } from './request.ts'
import type { Scratch } from './scratch.ts'
import { fillDatabase } from './seed-sessions.ts'
import type { Server } from './server.ts'
import { latchkey } from './subjects/latchkey.ts'
import { fillSeedDatabase } from './subjects/seed-database.ts'
import { askWith, newTokens, type Tokens } from './tokens.ts'

export type SubjectName = 'bare' | 'seed' | 'latchkey'
export type Subjects = Record<SubjectName, Server>

export const PATHS = ['/auth/session', '/auth/profile'] as const
export const API_PATH = '/api/v1/me'
export type Path = (typeof PATHS)[number] | typeof API_PATH

/** Starts the three subjects side by side; they know the same sessions and tokens, and bare answers what Latchkey answered. */
export async function startSubjects(
  { folder, start }: Scratch,
  population: Population,
): Promise<{ subjects: Subjects; tokens: Tokens }> {
  const files = { seed: join(folder, 'seed.sqlite'), latchkey: join(folder, 'latchkey.sqlite') }
  await fillDatabase(files.latchkey, everySession(population))
  const server = await start(latchkey(files.latchkey))
  const tokens = await newTokens(server.origin, population.one)
  const answers = await sampleAnswers(server, population.one.sid, tokens)
  await fillSeedDatabase(files.seed, population, Object.values(tokens))
  const bare = await start({ file: program('bare'), env: { ANSWERS: JSON.stringify(answers) } })
  const seed = await start({ file: program('seed'), env: { DATABASE: files.seed } })
  await refuseForgeries([seed, server])
  return { subjects: { bare, seed, latchkey: server }, tokens }
}

const program = (name: string) => join(import.meta.dirname, 'subjects', `${name}.ts`)

async function sampleAnswers({ origin }: Server, sid: string, tokens: Tokens): Promise<Record<string, unknown>> {
  const answers = PATHS.map(async path => [path, await ask(`${origin}${path}`, sid)])
  const api = [API_PATH, await askWith(`${origin}${API_PATH}`, tokens.personal)]
  return Object.fromEntries([...(await Promise.all(answers)), api])
}

/** A subject that answers everybody would be fast for the wrong reason. */
async function refuseForgeries(servers: Server[]): Promise<void> {
  for (const { origin } of servers) {
    const { status } = await get(`${origin}/auth/session`, 'nobody')
    if (status !== 401) throw new Error(`${origin} answered ${status} to an unknown session`)
    const api = await fetch(`${origin}${API_PATH}`, { headers: { Authorization: 'Bearer nobody' } })
    if (api.status !== 401) throw new Error(`${origin} answered ${api.status} to an unknown token`)
  }
}
