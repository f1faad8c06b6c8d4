import { exitCodeOf, explain } from './cli/failure.ts'
import { createProgram } from './cli/program.ts'

/** The reader may stop early: `latchkey user list | head`. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

const program = createProgram({
  input: process.stdin,
  output: process.stdout,
  notes: process.stderr,
  directory: process.cwd(),
})

program.parseAsync().catch((error: unknown) => {
  for (const line of explain(error)) process.stderr.write(`error: ${line}\n`)
  process.exitCode = exitCodeOf(error)
})
