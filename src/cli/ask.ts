import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { Refusal } from './refusal.ts'
import type { Terminal } from './terminal.ts'

type Ask = (question: string) => Promise<string>

/**
 * Asks the person at the terminal.
 * @param typing whether what is typed is seen
 * @throws Refusal when the person leaves with Ctrl-C or Ctrl-D
 */
export async function converse<T>(
  { input, notes }: Terminal,
  typing: 'seen' | 'unseen',
  talk: (ask: Ask) => Promise<T>,
): Promise<T> {
  const output = typing === 'seen' ? notes : new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input, output, terminal: true, historySize: 0 })
  const answers = lines[Symbol.asyncIterator]()
  const ask: Ask = async question => {
    notes.write(question)
    const { done, value } = await answers.next()
    if (done || typing === 'unseen') notes.write('\n')
    if (done) throw new Refusal('Nothing was answered, so nothing was changed.')
    return value
  }
  try {
    return await talk(ask)
  } finally {
    lines.close()
  }
}

/**
 * Asks before something that is hard to undo.
 * @param effect a sentence that says what happens
 * @throws Refusal unless the answer is yes
 */
export async function confirm(terminal: Terminal, effect: string): Promise<void> {
  demandTerminal(terminal, effect)
  const answer = await converse(terminal, 'seen', ask => ask(`${effect}\nWrite yes to go on: `))
  if (answer.trim() !== 'yes') throw new Refusal('The answer was not yes, so nothing was changed.')
}

/** @throws Refusal where nobody could confirm */
export function demandTerminal({ input }: Terminal, effect: string): void {
  if (!input.isTTY) throw new Refusal(`${effect} To confirm without a terminal, add --yes.`)
}
