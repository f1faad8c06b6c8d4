import { PassThrough } from 'node:stream'
import { processEnvironment } from '../../configs/env.ts'
import { registerModels } from '../../models/register.ts'
import { exitCodeOf, explain } from '../../src/cli/failure.ts'
import { createProgram } from '../../src/cli/program.ts'
import type { Finished } from './cli-process.ts'
import type { TestServer } from './harness.ts'

/** Vitest sets BASE_URL to a path. */
const UNSET = ['SESSION_SECRET', 'ENCRYPTION_KEYS', 'BASE_URL']

/**
 * Runs a command in this process, so that it takes as long as its work and not as long as a start of Node. Secrets come from `.env.test` in
 * the directory.
 * @param server the models work on its connection again afterwards
 */
export async function runHere(
  { directory, databaseUrl, server }: { directory: string; databaseUrl: string; server?: TestServer | undefined },
  args: readonly string[],
): Promise<Finished> {
  const before = { ...processEnvironment }
  for (const name of UNSET) delete processEnvironment[name]
  processEnvironment.DATABASE_URL = databaseUrl
  const [input, output, notes] = [new PassThrough(), new PassThrough(), new PassThrough()]
  const result: Finished = { code: 0, stdout: '', stderr: '' }
  try {
    await createProgram({ input, output, notes, directory }).parseAsync(args, { from: 'user' })
  } catch (error) {
    result.code = exitCodeOf(error)
    result.stderr = explain(error)
      .map(line => `error: ${line}\n`)
      .join('')
  } finally {
    for (const name of [...UNSET, 'DATABASE_URL']) delete processEnvironment[name]
    Object.assign(processEnvironment, before)
    if (server) registerModels(server.deps.database.sequelize)
  }
  return { ...result, stdout: String(output.read() ?? '') }
}
