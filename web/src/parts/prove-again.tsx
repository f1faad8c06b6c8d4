import { useEffect, useState } from 'preact/hooks'
import { reactions } from '../api.ts'
import { Cancelled } from '../problem.ts'
import { onSignOut } from '../session.ts'
import { lazy } from './lazy.tsx'

const ProveDialog = lazy(async () => (await import('./prove-dialog.tsx')).ProveDialog)

type Waiting = { resolve: () => void; reject: (error: Cancelled) => void }

/** Where the dialog opens that any call may need: the call waits for it, and then goes on by itself. */
export function ProveAgain() {
  const [waiting, setWaiting] = useState<Waiting>()
  useEffect(() => {
    let open: Promise<void> | undefined
    // Calls that need it at the same time share one dialog.
    reactions.proveAgain = () => {
      open ??= new Promise<void>((resolve, reject) => setWaiting({ resolve, reject })).finally(() => {
        open = undefined
        setWaiting(undefined)
      })
      return open
    }
  }, [])
  useEffect(() => {
    if (waiting) onSignOut(() => waiting.reject(new Cancelled()))
  }, [waiting])
  if (!waiting) return null
  return <ProveDialog onProven={waiting.resolve} onClose={() => waiting.reject(new Cancelled())} />
}
