import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { asProblem, type Problem } from '../problem.ts'
import { navigate } from '../router.ts'
import { askSession, session, type WhoAmI } from '../session.ts'
import { useStore } from '../store.ts'
import { Failure, Loading } from './feedback.tsx'

const here = () => encodeURIComponent(location.pathname + location.search)

/** Shows its content to signed-in users; others sign in first and return. Shows nothing until that is known. */
export function SignedIn({ children }: { children: (me: WhoAmI) => ComponentChildren }) {
  const state = useStore(session)
  const [problem, setProblem] = useState<Problem>()
  useEffect(() => {
    if (state.is === 'unknown') askSession().catch(error => setProblem(asProblem(error)))
    if (state.is === 'out') navigate(`/sign-in?returnTo=${here()}`, 'replace')
  }, [state.is])
  if (state.is === 'in') return <>{children(state.me)}</>
  return problem ? <Failure problem={problem} retry={() => location.reload()} /> : <Loading />
}
