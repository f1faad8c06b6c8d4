import { useCallback, useEffect, useState } from 'preact/hooks'
import { asProblem, Cancelled, type Problem } from '../problem.ts'

/** What a page shows once it is there. An answer that comes after a later question is dropped. */
export function useLoad<Data>(load: () => Promise<Data>, dependencies: readonly unknown[]) {
  const [data, setData] = useState<Data>()
  const [problem, setProblem] = useState<Problem>()
  const [round, setRound] = useState(0)
  useEffect(() => {
    let wanted = true
    load().then(
      answer => {
        if (!wanted) return
        setData(() => answer)
        setProblem(undefined)
      },
      (error: unknown) => wanted && !(error instanceof Cancelled) && setProblem(asProblem(error)),
    )
    return () => {
      wanted = false
    }
  }, [round, ...dependencies])
  const reload = useCallback(() => setRound(before => before + 1), [])
  return { data, problem, reload, setData }
}
