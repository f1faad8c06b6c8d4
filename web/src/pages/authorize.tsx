import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { call, reactions } from '../api.ts'
import { ActionButton, useAction } from '../parts/action.tsx'
import { Avatar } from '../parts/avatar.tsx'
import { Failure, Loading, Notice } from '../parts/feedback.tsx'
import { Page } from '../parts/page.tsx'
import { ScopeList, type Scopes } from '../parts/scope-list.tsx'
import { useLoad } from '../parts/use-load.ts'
import { Cancelled } from '../problem.ts'
import { navigate, place } from '../router.ts'
import { askSession, identifierOf, session } from '../session.ts'
import { t } from '../text/text.ts'

type Asked = Scopes & {
  step: 'continue' | 'prove' | 'enrol' | 'consent' | 'no-access'
  client: { id: string; name: string; host: string | null }
  continueTo: string
}

/** The address belongs to the provider, so it is loaded. It takes this page's place, because the request is answered then. */
const goOn = ({ continueTo }: Pick<Asked, 'continueTo'>) => location.replace(continueTo)

/** Where an application sends its user whenever something has to be done or decided. */
export function Authorize() {
  const uid = place.get().params.uid ?? ''
  const { data: asked, problem, reload } = useLoad(() => loadAsked(uid), [])
  if (problem?.status === 404 || problem?.status === 422) return <Expired />
  if (asked) return <Step asked={asked} uid={uid} />
  return <Page title={t.authorize.title}>{problem ? <Failure problem={problem} retry={reload} /> : <Loading />}</Page>
}

async function loadAsked(uid: string): Promise<Asked> {
  const state = await askSession()
  if (state.is === 'in') return await call<Asked>('GET', `/auth/interactions/${uid}`)
  navigate(`/sign-in?returnTo=${encodeURIComponent(`/oidc/auth/${uid}`)}`, 'replace')
  throw new Cancelled()
}

function Expired() {
  return (
    <Page title={t.applicationProblem.title}>
      <p class="notice failed" role="alert">
        {t.applicationProblem.codes.request_expired}
      </p>
    </Page>
  )
}

type StepProps = { asked: Asked; uid: string }

function Step({ asked, uid }: StepProps) {
  // A provider that confirmed the identity leads back here.
  const isDone = asked.step === 'continue' || (asked.step === 'prove' && place.get().query.has('proven'))
  useEffect(() => {
    if (isDone) goOn(asked)
  }, [isDone])
  if (isDone) return <Loading />
  if (asked.step === 'consent') return <Consent asked={asked} uid={uid} />
  if (asked.step === 'prove') return <Prove asked={asked} uid={uid} />
  return <Refused asked={asked} uid={uid} />
}

async function decide(uid: string, decision: 'allow' | 'deny') {
  goOn(await call<{ continueTo: string }>('POST', `/auth/interactions/${uid}`, { decision }))
}

function Consent({ asked, uid }: StepProps) {
  const action = useAction()
  const { id, name, host } = asked.client
  return (
    <Page title={t.authorize.consentTitle(name)} before={<Avatar id={id} name={name} size="large" />}>
      <SignedInAs />
      {host !== null && <Notice>{t.authorize.from(host)}</Notice>}
      <p>{t.authorize.wants(name)}</p>
      <ScopeList {...asked} />
      <p class="quiet">{t.authorize.withdraw}</p>
      <Failure problem={action.problem} />
      <div class="actions">
        <ActionButton action={action} act={() => decide(uid, 'allow')} kind="">
          {t.authorize.allow}
        </ActionButton>
        <Deny action={action} uid={uid}>
          {t.authorize.deny}
        </Deny>
      </div>
    </Page>
  )
}

function Prove({ asked, uid }: StepProps) {
  const action = useAction()
  async function prove() {
    await reactions.proveAgain()
    goOn(asked)
  }
  useEffect(() => action.run(prove), [])
  return (
    <Page title={t.prove.title}>
      <SignedInAs />
      <p>{t.authorize.prove(asked.client.name)}</p>
      <Failure problem={action.problem} />
      <div class="actions">
        <ActionButton action={action} act={prove} kind="">
          {t.authorize.proveSubmit}
        </ActionButton>
        <Deny action={action} uid={uid}>
          {t.common.cancel}
        </Deny>
      </div>
    </Page>
  )
}

/** The account cannot use the application, or not yet. */
function Refused({ asked, uid }: StepProps) {
  const action = useAction()
  const { name } = asked.client
  const isEnrolment = asked.step === 'enrol'
  return (
    <Page title={isEnrolment ? t.authorize.enrolTitle : t.authorize.noAccessTitle}>
      <SignedInAs />
      <Notice>{isEnrolment ? t.authorize.enrol(name) : t.authorize.noAccess(name)}</Notice>
      <Failure problem={action.problem} />
      <div class="actions">
        {isEnrolment && (
          <a href="/account/security" class="button">
            {t.authorize.enrolSubmit}
          </a>
        )}
        <Deny action={action} uid={uid}>
          {t.authorize.back(name)}
        </Deny>
      </div>
    </Page>
  )
}

type DenyProps = { action: ReturnType<typeof useAction>; uid: string; children: ComponentChildren }

function Deny({ action, uid, children }: DenyProps) {
  return (
    <ActionButton action={action} act={() => decide(uid, 'deny')} kind="outline secondary">
      {children}
    </ActionButton>
  )
}

function SignedInAs() {
  const state = session.get()
  return state.is === 'in' ? <p class="quiet">{t.authorize.signedInAs(identifierOf(state.me.user))}</p> : null
}
