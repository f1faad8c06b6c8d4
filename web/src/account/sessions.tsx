import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { usePages } from '../admin/use-pages.ts'
import { call } from '../api.ts'
import { ActionButton, useAction } from '../parts/action.tsx'
import { demandConfirmation } from '../parts/confirm.tsx'
import { Done, Failure, Loading } from '../parts/feedback.tsx'
import { useLoad } from '../parts/use-load.ts'
import { signOut } from '../session.ts'
import { type Device, DevicesSection, distrusting, type Forget } from './devices.tsx'
import type { ListedSession } from './session-columns.tsx'
import { SessionRow } from './session-row.tsx'
import { t } from './text.ts'

export function SessionsAndDevices() {
  const devices = useLoad(() => call<Device[]>('GET', '/auth/devices'), [])
  const [said, setSaid] = useState<() => string>()
  const action = useAction()
  const forget: Forget = async (path, { title, button, done }) => {
    await demandConfirmation({ title, effect: t.confirm.forgetEffect, action: button })
    await call('DELETE', path)
    setSaid(() => done)
    devices.reload()
  }
  const device = devices.data?.find(({ current }) => current)
  const stopTrusting = device?.trusted && (
    <ActionButton
      action={action}
      act={() => forget(`/auth/devices/${device.id}`, distrusting(device.device))}
      kind="link"
    >
      {t.account.distrust}
    </ActionButton>
  )
  return (
    <>
      <SessionsSection trusted={stopTrusting} />
      <DevicesSection devices={devices} action={action} forget={forget} said={said} />
    </>
  )
}

/** @param trusted beside this device, where it skips the second step */
function SessionsSection({ trusted }: { trusted: ComponentChildren }) {
  const sessions = usePages<ListedSession>('/auth/sessions?limit=50', 'cursor', call)
  const { items, next, problem, showMore, reload } = sessions
  const [ended, setEnded] = useState<number>()
  const action = useAction()
  async function end({ id, current }: ListedSession) {
    if (current) return await signOut()
    await call('DELETE', `/auth/sessions/${id}`)
    setEnded(1)
    reload()
  }
  async function endOthers() {
    const { endOthers: title, endOthersEffect: effect } = t.confirm
    await demandConfirmation({ title, effect, action: t.account.endAll })
    const { ended: count } = await call<{ ended: number }>('DELETE', '/auth/sessions')
    setEnded(count)
    reload()
  }
  if (!items) return <section>{problem ? <Failure problem={problem} retry={reload} /> : <Loading />}</section>
  const alone = items.length === 1
  return (
    <section>
      <div class="section-head">
        <h2>{t.account.sessionsTitle}</h2>
        {!alone && (
          <ActionButton action={action} act={endOthers} kind="outline danger small">
            {t.account.endAll}
          </ActionButton>
        )}
      </div>
      {ended !== undefined && <Done>{t.account.ended(ended)}</Done>}
      <ul class="things">
        {items.toSorted(currentFirst).map(session => (
          <SessionRow
            key={session.id}
            session={session}
            trusted={session.current && trusted}
            button={
              <ActionButton
                action={action}
                act={() => end(session)}
                kind="outline small"
                label={session.current ? undefined : t.account.endOf(session.device)}
              >
                {t.account.end}
              </ActionButton>
            }
          />
        ))}
      </ul>
      {alone && <p class="quiet">{t.account.onlyThis}</p>}
      {next !== null && (
        <ActionButton action={action} act={showMore}>
          {t.common.more}
        </ActionButton>
      )}
      <Failure problem={action.problem} />
    </section>
  )
}

const currentFirst = (one: ListedSession, other: ListedSession) => Number(other.current) - Number(one.current)
