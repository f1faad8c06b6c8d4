import type { Readable, Writable } from 'node:stream'

/** What a command may touch of the process; src/cli.ts hands it in. */
export type Terminal = {
  input: Readable & { isTTY?: boolean }
  /** Results and nothing else, so that they can be piped. */
  output: Writable
  /** Questions, hints and log lines. */
  notes: Writable
  /** Where `.env` is looked for. */
  directory: string
}

/** Writes one result. */
export const print = ({ output }: Terminal, line: string) => void output.write(`${line}\n`)

/** Writes what is not a result. */
export const note = ({ notes }: Terminal, line: string) => void notes.write(`${line}\n`)
