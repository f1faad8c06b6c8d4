import { useState } from 'preact/hooks'
import { call } from '../api.ts'
import { ActionButton, useAction } from '../parts/action.tsx'
import { Avatar } from '../parts/avatar.tsx'
import { Done, Failure, Notice } from '../parts/feedback.tsx'
import { Field } from '../parts/field.tsx'
import { Form, type Values } from '../parts/form.tsx'
import { Page } from '../parts/page.tsx'
import { ScopeList, type Scopes } from '../parts/scope-list.tsx'
import { SignedIn } from '../parts/signed-in.tsx'
import { Problem } from '../problem.ts'
import { place } from '../router.ts'
import { identifierOf, type WhoAmI } from '../session.ts'
import { t } from '../text/text.ts'

type Asked = Scopes & {
  step: 'consent' | 'prove' | 'enrol' | 'no-access'
  userCode: string
  client: { id: string; name: string; host: string | null }
  device: string
  address: string | null
}

type Decision = 'allow' | 'deny'

/** Signs in a device without a browser (RFC 8628). */
export const Device = () => <SignedIn>{me => <Connect me={me} />}</SignedIn>

function Connect({ me }: { me: WhoAmI }) {
  const [asked, setAsked] = useState<Asked>()
  const [decided, setDecided] = useState<Decision>()
  if (decided) return <Page title={t.device.title}>{<Done>{t.device.decided[decided]}</Done>}</Page>
  if (!asked) return <EnterCode onFound={setAsked} />
  return <Decide asked={asked} me={me} onDecided={setDecided} />
}

/** Only what looks like a code is taken from the address. */
const codeInAddress = () => /^[A-Za-z]{4}-?[A-Za-z]{4}$/.exec(place.get().query.get('user_code') ?? '')?.[0] ?? ''

function EnterCode({ onFound }: { onFound: (asked: Asked) => void }) {
  const initial = codeInAddress()
  async function find({ userCode }: Values) {
    onFound(await call<Asked>('POST', '/auth/device', { userCode }).catch(renamed))
  }
  return (
    <Page title={t.device.title}>
      <p>{initial ? t.device.compare : t.device.lead}</p>
      <Form onSubmit={find} action={t.device.submit}>
        <Field
          name="userCode"
          label={t.device.code}
          hint={t.device.codeHint}
          initial={initial}
          required
          autofocus
          class="code"
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          maxLength={20}
        />
      </Form>
    </Page>
  )
}

function renamed(error: unknown): never {
  if (error instanceof Problem && error.status === 404) throw new Problem({ status: 404, code: 'user_code_unknown' })
  throw error
}

type DecideProps = { asked: Asked; me: WhoAmI; onDecided: (decision: Decision) => void }

function Decide({ asked, me, onDecided }: DecideProps) {
  const action = useAction()
  const { id, name, host } = asked.client
  const isOpen = asked.step === 'consent' || asked.step === 'prove'
  async function decide(decision: Decision) {
    await call('POST', '/auth/device/decision', { userCode: asked.userCode, decision }).catch(renamed)
    onDecided(decision)
  }
  return (
    <Page title={t.device.confirmTitle(name)} before={<Avatar id={id} name={name} size="large" />}>
      <Notice>{t.device.warning}</Notice>
      <p>{t.device.from(asked.userCode, asked.device, asked.address ?? t.common.unknown)}</p>
      <p class="quiet">{t.authorize.signedInAs(identifierOf(me.user))}</p>
      {asked.step === 'enrol' && <Notice>{t.authorize.enrol(name)}</Notice>}
      {asked.step === 'no-access' && <Notice>{t.authorize.noAccess(name)}</Notice>}
      {isOpen && (
        <>
          {host !== null && <Notice>{t.authorize.from(host)}</Notice>}
          <p>{t.authorize.wants(name)}</p>
          <ScopeList {...asked} />
          <p class="quiet">{t.authorize.withdraw}</p>
        </>
      )}
      <Failure problem={action.problem} />
      <div class="actions">
        {isOpen && (
          <ActionButton action={action} act={() => decide('allow')} kind="">
            {t.device.allow}
          </ActionButton>
        )}
        {asked.step === 'enrol' && (
          <a href="/account/security" class="button">
            {t.authorize.enrolSubmit}
          </a>
        )}
        <ActionButton action={action} act={() => decide('deny')} kind="outline secondary">
          {t.authorize.deny}
        </ActionButton>
      </div>
    </Page>
  )
}
