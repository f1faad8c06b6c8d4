import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { call } from '../api.ts'
import { asProblem, Problem } from '../problem.ts'
import { identifierOf, session } from '../session.ts'
import { t } from '../text/text.ts'
import { ActionButton, useAction } from './action.tsx'
import { Dialog } from './dialog.tsx'
import { Failure, Loading, Notice } from './feedback.tsx'
import { CodeField, Field, PasswordField } from './field.tsx'
import { Form, type Values } from './form.tsx'
import { ProveByEmail } from './prove-by-email.tsx'
import { ProveByProvider } from './prove-by-provider.tsx'
import { loadMeans, type Means, NONE, type Way, waysOf } from './prove-ways.ts'

/** Asks again who somebody is (ASVS 7.5): by a second factor if they have one, otherwise by the password. */
export function ProveDialog({ onProven, onClose }: { onProven: () => void; onClose: () => void }) {
  const [means, setMeans] = useState<Means>()
  const [chosen, setChosen] = useState<Way>()
  const passkey = useAction()
  useEffect(() => void loadMeans().then(setMeans, () => setMeans(NONE)), [])

  async function prove(proof: object) {
    await call('POST', '/auth/reauthenticate', proof).catch((error: unknown) => {
      const { code, status } = asProblem(error)
      throw code === 'invalid_credentials' ? new Problem({ status, code: 'wrong_password' }) : error
    })
    onProven()
  }
  async function usePasskey() {
    const { askPasskey } = await import('./passkey.ts')
    await prove({ passkey: await askPasskey('/auth/reauthenticate/options') })
  }
  const state = session.get()
  const me = state.is === 'in' ? state.me : undefined
  const ways = means ? waysOf(means, me) : []
  const way = chosen ?? ways[0]
  const cancel = (
    <button type="button" class="outline secondary" onClick={onClose}>
      {t.common.cancel}
    </button>
  )
  const form = (field: ComponentChildren) => (
    <Form key={way} onSubmit={prove} action={t.prove.submit} beside={cancel}>
      {field}
    </Form>
  )

  return (
    <Dialog title={t.prove.title} onClose={onClose}>
      <p>{t.prove.lead}</p>
      {!means && <Loading />}
      {means && !way && <Notice>{t.prove.noWay}</Notice>}
      {way === 'password' && (
        <Form
          key={way}
          onSubmit={({ password }: Values) => prove({ password })}
          action={t.prove.submit}
          beside={cancel}
        >
          {me && <input type="hidden" name="username" autocomplete="username" value={identifierOf(me.user)} />}
          <PasswordField name="password" label={t.common.password} autocomplete="current-password" autofocus />
        </Form>
      )}
      {way === 'email' && me && <ProveByEmail me={me} onProven={onProven} beside={cancel} />}
      {way === 'provider' && means && <ProveByProvider linked={means.linked} beside={cancel} />}
      {way === 'code' && form(<CodeField label={t.signIn.code} autofocus />)}
      {way === 'recoveryCode' &&
        form(
          <Field
            name="recoveryCode"
            label={t.signIn.recoveryCode}
            required
            autofocus
            autocomplete="off"
            maxLength={60}
          />,
        )}
      {way === 'passkey' && (
        <div class="actions">
          <ActionButton action={passkey} act={usePasskey} kind="">
            {t.prove.passkey}
          </ActionButton>
          {cancel}
        </div>
      )}
      <div class="ways">
        {ways
          .filter(other => other !== way)
          .map(other => (
            <button key={other} type="button" class="link" onClick={() => setChosen(other)}>
              {t.prove[other]}
            </button>
          ))}
      </div>
      <Failure problem={passkey.problem} />
    </Dialog>
  )
}
