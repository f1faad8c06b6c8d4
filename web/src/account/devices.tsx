import { ActionButton, type useAction } from '../parts/action.tsx'
import { Badge } from '../parts/badge.tsx'
import { Done, Failure } from '../parts/feedback.tsx'
import { RelativeTime } from '../parts/relative-time.tsx'
import type { useLoad } from '../parts/use-load.ts'
import { DeviceIcon } from './device-icon.tsx'
import { t } from './text.ts'

export type Device = {
  id: string
  device: string
  address: string | null
  lastSeenAt: string
  trusted: boolean
  current: boolean
}

type Forgetting = {
  title: string
  button: string
  /** What to say afterwards. */
  done: () => string
}
export type Forget = (path: string, forgetting: Forgetting) => Promise<void>

/** The server forgets a browser to end the trust in it. */
export function distrusting(device: string): Forgetting {
  return { title: t.confirm.distrust(device), button: t.account.distrust, done: () => t.account.distrusted }
}
const removing = (title: string): Forgetting => ({ title, button: t.account.forget, done: () => t.account.forgotten })

type DevicesSectionProps = {
  devices: ReturnType<typeof useLoad<Device[]>>
  action: ReturnType<typeof useAction>
  forget: Forget
  said: (() => string) | undefined
}

/** Browsers that signed in before, except this one: they are no sessions, and get no mail about a sign-in. */
export function DevicesSection({ devices: { data, problem, reload }, action, forget, said }: DevicesSectionProps) {
  const others = data?.filter(({ current }) => !current) ?? []
  const failure = problem ?? action.problem
  if (others.length === 0 && !said && !failure) return null
  return (
    <section>
      {said && <Done>{said()}</Done>}
      {others.length > 0 && (
        <details class="folded" open={others.some(({ trusted }) => trusted)}>
          <summary>{t.account.devicesTitle(others.length)}</summary>
          <p class="quiet">{t.account.devicesLead}</p>
          <ul class="things">
            {others.map(device => (
              <DeviceRow key={device.id} device={device} action={action} forget={forget} />
            ))}
          </ul>
          <ActionButton
            action={action}
            act={() => forget('/auth/devices', removing(t.confirm.forgetOthers))}
            kind="outline danger small"
          >
            {t.account.forgetAll}
          </ActionButton>
        </details>
      )}
      {problem ? <Failure problem={problem} retry={reload} /> : <Failure problem={action.problem} />}
    </section>
  )
}

type DeviceRowProps = { device: Device; action: ReturnType<typeof useAction>; forget: Forget }

function DeviceRow({ device: { id, device, address, lastSeenAt, trusted }, action, forget }: DeviceRowProps) {
  const path = `/auth/devices/${id}`
  const forgetting = trusted ? distrusting(device) : removing(t.confirm.forget(device))
  return (
    <li>
      <DeviceIcon name={device} />
      <div>
        <div class="badges">
          <strong class="long">{device}</strong>
          {trusted && <Badge tone="accent">{t.account.trusted}</Badge>}
        </div>
        <small class="quiet">
          {address !== null && `${t.account.address} ${address} · `}
          {t.account.lastSignIn} <RelativeTime at={lastSeenAt} />
        </small>
      </div>
      <ActionButton
        action={action}
        act={() => forget(path, forgetting)}
        kind="outline small"
        label={trusted ? t.account.distrustOf(device) : t.account.forgetOf(device)}
      >
        {forgetting.button}
      </ActionButton>
    </li>
  )
}
