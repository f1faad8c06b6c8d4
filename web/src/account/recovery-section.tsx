import { useEffect, useRef } from 'preact/hooks'
import { call } from '../api.ts'
import { ActionButton, useAction } from '../parts/action.tsx'
import { CopyButton } from '../parts/copy.tsx'
import { Failure } from '../parts/feedback.tsx'
import { saveFile } from '../parts/save-file.ts'
import { session } from '../session.ts'
import { site } from '../site.ts'
import { t } from '../text/text.ts'
import type { FactorAnswer, Factors, OnChanged } from './factors.ts'

export const RecoverySection = ({ factors, onChanged }: { factors: Factors; onChanged: OnChanged }) => {
  const action = useAction()
  const hasFactor = factors.totp !== null || factors.passkeys.length > 0
  const renew = async () => onChanged('', await call<FactorAnswer>('POST', '/auth/recovery-codes'))
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
export const ShownOnce = ({ codes, onKept }: { codes: string[]; onKept: () => void }) => {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  return (
    <article class="once">
      <h3 ref={heading} tabIndex={-1}>
        {t.account.recoveryTitle}
      </h3>
      <p>{t.account.recoveryKeep}</p>
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
        <button type="button" onClick={onKept}>
          {t.account.recoveryKept}
        </button>
      </div>
    </article>
  )
}

const save = (codes: string[]) => {
  const state = session.get()
  const whose = state.is === 'in' ? state.me.user.email : ''
  saveFile('recovery-codes.txt', 'text/plain', `${site.name} ${whose}\n\n${codes.join('\n')}\n`)
}
