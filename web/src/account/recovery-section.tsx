import { useEffect, useRef } from 'preact/hooks'
import { call } from '../api.ts'
import { ActionButton, useAction } from '../parts/action.tsx'
import { CopyButton } from '../parts/copy.tsx'
import { Failure } from '../parts/feedback.tsx'
import { type KeptCodes, keptCodes } from '../parts/kept-once.ts'
import { saveFile } from '../parts/save-file.ts'
import { identifierOf, session } from '../session.ts'
import { site } from '../site.ts'
import { t } from '../text/text.ts'
import type { Factors } from './factors.ts'

export function RecoverySection({ factors }: { factors: Factors }) {
  const action = useAction()
  const hasFactor = factors.totp !== null || factors.passkeys.length > 0
  async function renew() {
    const { recoveryCodes } = await call<{ recoveryCodes: string[] }>('POST', '/auth/recovery-codes')
    keptCodes.set({ codes: recoveryCodes, replacing: true })
  }
  return (
    <div class="item">
      <div>
        <h3>{t.account.recovery}</h3>
        <p>
          {t.account.recoveryLead}{' '}
          {hasFactor ? t.account.recoveryLeft(factors.recoveryCodesLeft) : t.account.needsFactor}
        </p>
      </div>
      {hasFactor && (
        <ActionButton action={action} act={renew}>
          {t.account.recoveryNew}
        </ActionButton>
      )}
      <Failure problem={action.problem} />
    </div>
  )
}

/** New recovery codes, to copy, save or print before they are gone. */
export function RecoveryCodes({ codes, replacing, onSaved }: KeptCodes & { onSaved: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null)
  const action = useAction()
  useEffect(() => heading.current?.focus(), [codes])
  async function confirm() {
    if (replacing) await call('POST', '/auth/recovery-codes/confirm', { recoveryCode: codes[0] })
    keptCodes.set(undefined)
    onSaved()
  }
  return (
    <article class="once">
      <h3 ref={heading} tabIndex={-1}>
        {t.account.recoveryTitle}
      </h3>
      <p>
        {t.account.recoveryKeep} {replacing && t.account.recoveryReplacing}
      </p>
      <ul class="codes">
        {codes.map(code => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <div class="actions">
        <CopyButton value={codes.join('\n')} />
        <button type="button" class="outline" onClick={() => save(codes)}>
          {t.common.download}
        </button>
        <button type="button" class="outline" onClick={() => print()}>
          {t.common.print}
        </button>
        <ActionButton action={action} act={confirm} kind="">
          {t.common.savedThem}
        </ActionButton>
      </div>
      <Failure problem={action.problem} />
    </article>
  )
}

function save(codes: string[]) {
  const state = session.get()
  const whose = state.is === 'in' ? identifierOf(state.me.user) : ''
  saveFile('recovery-codes.txt', 'text/plain', `${site.name} ${whose}\n\n${codes.join('\n')}\n`)
}
