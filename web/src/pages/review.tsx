import { useEffect } from 'preact/hooks'
import { call } from '../api.ts'
import { Failure, Loading, Notice } from '../parts/feedback.tsx'
import { Form, type Values } from '../parts/form.tsx'
import { Page } from '../parts/page.tsx'
import { SignedIn } from '../parts/signed-in.tsx'
import { useLoad } from '../parts/use-load.ts'
import { findProvider } from '../providers.ts'
import { navigate } from '../router.ts'
import { askSession } from '../session.ts'
import { showDay, t, textFor } from '../text/text.ts'

/** How the server names a linked account. */
const IDENTITY = /^([a-z][a-z0-9]*) account (.*)$/

type Factor = { id: string; name: string; createdAt: string; lastUsedAt: string | null }
type ReviewAnswer = { required: boolean; factors: Factor[] }

/** After a recovery: which ways to sign in are the owner's. Nothing else works before. */
export const Review = () => <SignedIn>{() => <Decision />}</SignedIn>

function Decision() {
  const { data, problem, reload } = useLoad(() => call<ReviewAnswer>('GET', '/auth/review'), [])
  const over = data?.required === false
  useEffect(() => {
    if (over) navigate('/account', 'replace')
  }, [over])
  async function finish(values: Values) {
    await call('POST', '/auth/review', { keep: Object.keys(values) })
    await askSession()
    navigate('/account', 'replace')
  }
  return (
    <Page title={t.review.title} width="text">
      {problem && <Failure problem={problem} retry={reload} />}
      {!data && !problem && <Loading />}
      {data?.required && (
        <>
          <Notice>{t.review.lead}</Notice>
          <Form onSubmit={finish} action={t.review.submit}>
            <fieldset>
              <legend>{t.review.legend}</legend>
              {data.factors.map(factor => (
                <label key={factor.id}>
                  <input type="checkbox" name={factor.id} />
                  {nameOf(factor)} – {t.review.added(showDay(factor.createdAt))}
                </label>
              ))}
            </fieldset>
            <p>{t.review.rest}</p>
          </Form>
        </>
      )}
    </Page>
  )
}

function nameOf({ id, name }: Factor) {
  const [, provider = null, account = ''] = IDENTITY.exec(name) ?? []
  const label = findProvider(provider)?.label ?? provider
  return label === null ? (textFor(t.review.names, id) ?? name) : t.review.identity(label, account)
}
