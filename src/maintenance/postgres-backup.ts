import { randomUUID } from 'node:crypto'
import { rm, stat } from 'node:fs/promises'
import { createPrivateFile, publishFile, syncFile } from './files.ts'
import { demandRecentDump, runProgram } from './postgres-programs.ts'

/**
 * Dumps the database beside running servers, in the custom format of pg_dump, and reads the file back.
 * @returns bytes
 * @throws ProgramFailed; EEXIST if the target exists and `replace` is false
 */
export async function backUpPostgres(url: string, target: string, options: { replace: boolean }): Promise<number> {
  await demandRecentDump(url)
  const draft = `${target}.${randomUUID()}`
  await createPrivateFile(draft)
  try {
    await runProgram('pg_dump', ['--format=custom', `--file=${draft}`], url)
    await runProgram('pg_restore', ['--file=/dev/null', draft])
    await syncFile(draft)
    await publishFile(draft, target, options)
    return (await stat(target)).size
  } finally {
    await rm(draft, { force: true })
  }
}
