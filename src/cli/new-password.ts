import type { Readable } from 'node:stream'
import { converse } from './ask.ts'
import { Refusal } from './refusal.ts'
import type { Terminal } from './terminal.ts'

const NEWLINE = 0x0a
const MOST_BYTES = 8192

/**
 * A new password: asked for twice, unseen, at a terminal; else the first line of standard input. Never an argument or a
 * variable, which other processes and the shell's history can read.
 */
export function readNewPassword(terminal: Terminal): Promise<string> {
  return terminal.input.isTTY ? askTwice(terminal) : firstLineOf(terminal.input)
}

function askTwice(terminal: Terminal) {
  return converse(terminal, 'unseen', async ask => {
    const password = await ask('New password: ')
    if ((await ask('Once more: ')) === password) return password
    throw new Refusal('The two passwords differ, so nothing was changed.')
  })
}

async function firstLineOf(input: Readable): Promise<string> {
  const bytes = await bytesOfFirstLine(input)
  if (bytes.length === 0) throw new Refusal('No password on standard input. Send it as the first line.')
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\r$/, '')
  } catch {
    throw new Refusal('The password on standard input is not UTF-8.')
  }
}

async function bytesOfFirstLine(input: Readable): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of input) {
    chunks.push(Buffer.from(chunk))
    size += chunk.length
    if (chunk.includes(NEWLINE) || size > MOST_BYTES) break
  }
  const bytes = Buffer.concat(chunks)
  const end = bytes.indexOf(NEWLINE)
  return end === -1 ? bytes : bytes.subarray(0, end)
}
