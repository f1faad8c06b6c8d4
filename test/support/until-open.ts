import type { ChildProcess } from 'node:child_process'
import { connect } from 'node:net'
import { seconds } from '../../src/durations.ts'

const PATIENCE = seconds(30)

/** Waits until a program accepts connections. @param output what it printed, for the error @throws if it exits or takes too long */
export async function untilOpen(port: number, child: ChildProcess, output: () => string | Promise<string>) {
  for (const giveUp = Date.now() + PATIENCE; Date.now() < giveUp; await pause()) {
    if (await isOpen(port)) return
    if (child.exitCode !== null) break
  }
  throw new Error(`${child.spawnfile} does not answer: ${await output()}`)
}

const pause = () => new Promise(resolve => setTimeout(resolve, 50))

function isOpen(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
