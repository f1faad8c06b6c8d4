import { useEffect, useRef } from 'preact/hooks'
import { call } from '../api.ts'
import { ActionButton, useAction } from '../parts/action.tsx'
import { Badge } from '../parts/badge.tsx'
import { CopyButton } from '../parts/copy.tsx'
import { Failure } from '../parts/feedback.tsx'
import { type KeptCodes, keptCodes } from '../parts/kept-once.ts'
import { saveFile } from '../parts/save-file.ts'
import { identifierOf, session } from '../session.ts'
import { site } from '../site.ts'
import { t } from './text.ts'

/** With so few left, it is time for new ones. */
const FEW = 2

/** @param left how many codes were not used yet */
export function RecoverySection({ left }: { left: number }) {
  const action = useAction()
  async function renew() {
    const { recoveryCodes } = await call<{ recoveryCodes: string[] }>('POST', '/auth/recovery-codes')
    keptCodes.set({ codes: recoveryCodes, replacing: true })
  }
  return (
    <div class="item">
      <div>
        <h3 class="badges">
          {t.account.recovery}
          <Badge {...(left <= FEW && { tone: 'warning' })}>{t.account.recoveryLeft(left)}</Badge>
        </h3>
        <p class="quiet">{t.account.recoveryLead}</p>
      </div>
      <ActionButton action={action} act={renew} kind="outline small">
        {t.account.recoveryNew}
      </ActionButton>
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
