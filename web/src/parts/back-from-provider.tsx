import { useEffect } from 'preact/hooks'
import { problemAt } from '../pages/sign-in-problem.tsx'
import { findProvider } from '../providers.ts'
import { navigate, place } from '../router.ts'
import { t } from '../text/text.ts'
import { Done } from './feedback.tsx'

/** What became of the way to a provider and back, of somebody who is signed in. */
export function BackFromProvider() {
  const { query } = place.get()
  const code = query.get('problem')
  const undecided = code === 'identity_undecided'
  useEffect(() => {
    if (undecided) navigate('/link-account', 'replace')
  }, [undecided])
  if (query.has('proven')) return <Done>{t.prove.done}</Done>
  if (code === null || undecided) return null
  const label = findProvider(query.get('provider'))?.label
  return (
    <p role="alert" class="notice failed">
      {code === 'provider_refused'
        ? t.providers.notConfirmed(label ?? t.providers.theProvider)
        : problemAt(label, code)}
    </p>
  )
}
