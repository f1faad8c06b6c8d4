import { useState } from 'preact/hooks'
import { call } from '../api.ts'
import { Badge } from '../parts/badge.tsx'
import { Done, Failure, Loading } from '../parts/feedback.tsx'
import { keptCodes } from '../parts/kept-once.ts'
import { useLoad } from '../parts/use-load.ts'
import { askSession, enrolmentDemanded } from '../session.ts'
import { site } from '../site.ts'
import { useStore } from '../store.ts'
import { AppSection } from './app-section.tsx'
import type { Factors, OnChanged } from './factors.ts'
import { LinkedSection } from './linked-section.tsx'
import { PasskeySection } from './passkey-section.tsx'
import { PasswordSection } from './password-section.tsx'
import { RecoveryCodes, RecoverySection } from './recovery-section.tsx'
import { t } from './text.ts'

export function Security() {
  const demanded = useStore(enrolmentDemanded)
  const { data: factors, problem, reload } = useLoad(() => call<Factors>('GET', '/auth/factors'), [])
  if (!factors) return <section>{problem ? <Failure problem={problem} retry={reload} /> : <Loading />}</section>
  return (
    <>
      {!demanded && site.offers('password') && <PasswordSection hasPassword={factors.password} onChanged={reload} />}
      <SecondFactor factors={factors} reload={reload} />
      {!demanded && <LinkedSection />}
    </>
  )
}

function SecondFactor({ factors, reload }: { factors: Factors; reload: () => void }) {
  const [said, setSaid] = useState<{ say: () => string; ended: number }>()
  const codes = useStore(keptCodes)
  const hasFactor = factors.totp !== null || factors.passkeys.length > 0
  const onChanged: OnChanged = (say, { recoveryCodes, ended }) => {
    setSaid({ say, ended })
    if (recoveryCodes) keptCodes.set({ codes: recoveryCodes, replacing: false })
    enrolmentDemanded.set(false)
    reload()
    // The session goes on under a new id.
    askSession().catch(() => {})
  }
  function onSaved() {
    setSaid(undefined)
    reload()
  }
  return (
    <section>
      <div class="section-head">
        <h2>{t.account.secondTitle}</h2>
        <Badge tone={hasFactor ? 'good' : 'warning'}>{hasFactor ? t.account.on : t.account.off}</Badge>
      </div>
      <p class="quiet">{t.account.secondLead}</p>
      {said && (
        <Done>
          {said.say()} {said.ended > 0 && t.account.othersSignedOut(said.ended)}
        </Done>
      )}
      {codes && <RecoveryCodes {...codes} onSaved={onSaved} />}
      <PasskeySection factors={factors} onChanged={onChanged} reload={reload} />
      <AppSection factors={factors} onChanged={onChanged} />
      {hasFactor && <RecoverySection left={factors.recoveryCodesLeft} />}
    </section>
  )
}
