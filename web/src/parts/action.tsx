import type { ComponentChildren } from 'preact'
import { useRef, useState } from 'preact/hooks'
import { asProblem, Cancelled, type Problem } from '../problem.ts'
import { useSlow } from './feedback.tsx'

/** Runs one act at a time. @returns what to show about it */
export function useAction() {
  const running = useRef(false)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem>()
  async function run(act: () => Promise<unknown>) {
    if (running.current) return
    running.current = true
    setBusy(true)
    setProblem(undefined)
    try {
      await act()
    } catch (error) {
      if (!(error instanceof Cancelled)) setProblem(asProblem(error))
    } finally {
      running.current = false
      setBusy(false)
    }
  }
  return { busy, slow: useSlow(busy), problem, run: (act: () => Promise<unknown>) => void run(act) }
}

type ActionButtonProps = {
  action: ReturnType<typeof useAction>
  act: () => Promise<unknown>
  kind?: string
  label?: string | undefined
  children: ComponentChildren
}

/** It is never `disabled`, which would take the focus away (WCAG 2.2, 2.4.3). */
export function ActionButton({ action, act, kind = 'outline', label, children }: ActionButtonProps) {
  return (
    <button
      type="button"
      class={kind}
      aria-label={label}
      aria-disabled={action.busy || undefined}
      aria-busy={action.slow}
      onClick={() => action.run(act)}
    >
      {children}
    </button>
  )
}
