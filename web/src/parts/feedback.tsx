import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { Problem } from '../problem.ts'
import { t } from '../text/text.ts'
import { Skeleton } from './skeleton.tsx'

/** In ms: what is done before that needs no sign that it is being done. */
const NOTICEABLE = 300

/** Whether this has been going on for so long that people wonder. */
export function useSlow(busy: boolean) {
  const [slow, setSlow] = useState(false)
  useEffect(() => {
    setSlow(false)
    if (!busy) return
    const timer = setTimeout(() => setSlow(true), NOTICEABLE)
    return () => clearTimeout(timer)
  }, [busy])
  return slow
}

export function Loading() {
  const slow = useSlow(true)
  return (
    <div class="loading">
      <p role="status" class="unseen">
        {slow ? t.common.loading : ''}
      </p>
      {slow && <Skeleton />}
    </div>
  )
}

/** Something that went well. It is announced, and stays to be read. */
export function Done({ children }: { children: ComponentChildren }) {
  return (
    <p role="status" class="notice done" tabIndex={-1}>
      {children}
    </p>
  )
}

/** Something to know before going on. */
export const Notice = ({ children }: { children: ComponentChildren }) => <p class="notice">{children}</p>

/** Something that went wrong and belongs to no field. */
export function Failure({ problem, retry }: { problem: Problem | undefined; retry?: () => void }) {
  return (
    <div role="alert">
      {problem && (
        <p class="notice failed">
          {problem.sentence}
          {retry && (
            <button type="button" class="outline small" onClick={retry}>
              {t.common.tryAgain}
            </button>
          )}
        </p>
      )}
    </div>
  )
}
