import { type Command, InvalidArgumentError } from 'commander'
import type { Position } from '../audit/chain.ts'
import { BrokenChain, KeyMissing } from '../audit/follow.ts'
import { verifyChain } from '../audit/verify.ts'
import { createSealer } from '../encryption/sealer.ts'
import { withDatabase } from './open.ts'
import { Refusal } from './refusal.ts'
import type { Cli } from './settings.ts'
import { print } from './terminal.ts'

export function auditCommands(program: Command, cli: Cli) {
  const audit = program.command('audit').description('the log of security events')
  verifyCommand(audit, cli)
}

function verifyCommand(audit: Command, cli: Cli) {
  return audit
    .command('verify')
    .description(
      'find events that were edited, deleted or moved; prints how many there are, and the head to note elsewhere',
    )
    .option('--noted <head>', 'a head noted earlier; fails if events since then were cut off', readHead)
    .action(({ noted }: { noted?: Position }) =>
      withDatabase(cli, async ({ env }) => {
        const { count, head } = await verifyChain(createSealer(env.ENCRYPTION_KEYS), noted).catch(inOneLine)
        print(cli, `events: ${count}`)
        print(cli, `head: ${head.seq}:${head.hash}`)
      }),
    )
}

function readHead(text: string): Position {
  const [, seq, hash = ''] = /^(\d{1,15}):([\w-]*)$/.exec(text) ?? []
  if (seq === undefined) throw new InvalidArgumentError('Write it as `audit verify` printed it.')
  return { seq: Number(seq), hash }
}

function inOneLine(error: unknown): never {
  if (error instanceof BrokenChain || error instanceof KeyMissing) throw new Refusal(error.message)
  throw error
}
