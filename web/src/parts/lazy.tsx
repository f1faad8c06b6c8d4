import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { asProblem, type Problem } from '../problem.ts'
import { Failure, Loading } from './feedback.tsx'

/** A part of the pages that is loaded when somebody first needs it. */
export function lazy<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let loaded: ComponentType<Props> | undefined
  return (props: Props) => {
    const [, setRound] = useState(0)
    const [problem, setProblem] = useState<Problem>()
    useEffect(() => {
      if (loaded) return
      load().then(
        component => {
          loaded = component
          setRound(1)
        },
        (error: unknown) => setProblem(asProblem(error)),
      )
    }, [])
    if (problem) return <Failure problem={problem} retry={() => location.reload()} />
    const Loaded = loaded
    return Loaded ? <Loaded {...props} /> : <Loading />
  }
}
