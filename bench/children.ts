import type { ChildProcess } from 'node:child_process'

const running = new Set<ChildProcess>()

/** However the bench ends, this child does not outlive it. */
export function track<Child extends ChildProcess>(child: Child): Child {
  running.add(child)
  child.once('exit', () => running.delete(child))
  return child
}

export function killChildren(): void {
  for (const child of running) child.kill('SIGKILL')
}
