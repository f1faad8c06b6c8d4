import { PassThrough } from 'node:stream'
import { type EnvSource, processEnvironment } from '../../configs/env.ts'
import { registerModels } from '../../models/register.ts'
import { User } from '../../models/user.ts'
import { exitCodeOf, explain } from '../../src/cli/failure.ts'
import { createProgram } from '../../src/cli/program.ts'
import { type Finished, USUAL_SETTINGS } from './cli-process.ts'

/** A command changes the environment and the models of the whole process, so there is one at a time. */
let turn: Promise<unknown> = Promise.resolve()

/** Like `cliFor`, but in this process: a command takes as long as its work, not as long as a start of Node. */
export function cliHere(settings: EnvSource, directory = '/') {
  function run(args: readonly string[], input = ''): Promise<Finished> {
    const finished = turn.then(() => withSettings(settings, () => runProgram(args, input, directory)))
    turn = finished.catch(() => {})
    return finished
  }
  return { run }
}

async function withSettings<T>(settings: EnvSource, work: () => Promise<T>): Promise<T> {
  const before = { ...processEnvironment }
  const { sequelize } = User
  replaceEnvironment({ PATH: before.PATH, ...USUAL_SETTINGS, ...settings })
  try {
    return await work()
  } finally {
    replaceEnvironment(before)
    if (sequelize) registerModels(sequelize)
  }
}

function replaceEnvironment(variables: EnvSource) {
  for (const name of Object.keys(processEnvironment)) delete processEnvironment[name]
  for (const [name, value] of Object.entries(variables)) if (value !== undefined) processEnvironment[name] = value
}

async function runProgram(args: readonly string[], text: string, directory: string): Promise<Finished> {
  const [input, output, notes] = [new PassThrough(), new PassThrough(), new PassThrough()]
  input.end(text)
  let code = 0
  try {
    await createProgram({ input, output, notes, directory }).parseAsync(args, { from: 'user' })
  } catch (error) {
    code = exitCodeOf(error)
    for (const line of explain(error)) notes.write(`error: ${line}\n`)
  }
  return { code, stdout: String(output.read() ?? ''), stderr: String(notes.read() ?? '') }
}
