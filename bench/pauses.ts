import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { seconds } from '../src/durations.ts'
import { nodeOn } from './machine.ts'

const LOOP = join(import.meta.dirname, 'subjects/idle-loop.ts')

/**
 * How long the machine keeps a process from running that has the servers' core to itself and waits for nothing: what a server cannot
 * be blamed for. @returns the longest pause within so many seconds, in milliseconds
 */
export async function longestPause(length: number): Promise<number> {
  const [command, parameters] = nodeOn('one', LOOP)
  const { stdout } = await promisify(execFile)(command, [...parameters, `${seconds(length)}`])
  return Number(stdout)
}
