import { addressOf, findProvider } from '../providers.ts'
import { t, textFor } from '../text/text.ts'
import { destinationOf } from './use-sign-in.ts'

/** What another try at the provider does not change. */
const LASTING = ['registration_closed', 'identity_taken']

type SignInProblemProps = { query: URLSearchParams; code: string }

/** Why a sign-in with a provider failed, and a way on beside those of the page. */
export function SignInProblem({ query, code }: SignInProblemProps) {
  const provider = findProvider(query.get('provider'))
  const mayRetry = provider?.available && !LASTING.includes(code)
  return (
    <div role="alert">
      <p class="notice failed">
        {problemAt(provider?.label, code)}
        {mayRetry && (
          <a class="button outline" href={addressOf(provider, destinationOf(query), false)}>
            {t.providers.again(provider.label)}
          </a>
        )}
      </p>
    </div>
  )
}

/** @param label of the provider, if it is configured */
export function problemAt(label: string | undefined, code: string): string {
  const say = textFor(t.providers.problems, code) ?? t.providers.failed
  return say(label ?? t.providers.theProvider)
}
