import {
  AppWindow,
  CircleUser,
  History,
  type IconNode,
  KeyRound,
  Link,
  LockKeyhole,
  LogIn,
  LogOut,
  Mail,
  MonitorSmartphone,
  ShieldAlert,
  ShieldCheck,
} from 'lucide'
import { Badge } from '../parts/badge.tsx'
import { demandConfirmation } from '../parts/confirm.tsx'
import { Icon } from '../parts/icon.tsx'
import { Cancelled } from '../problem.ts'
import { findProvider } from '../providers.ts'
import { navigate } from '../router.ts'
import { site } from '../site.ts'
import { showClock, textFor } from '../text/text.ts'
import { factorNames } from './session-columns.tsx'
import { t } from './text.ts'

/** Of `GET /auth/activity`. */
export type ActivityEvent = {
  id: number
  at: string
  event: string
  address: string | null
  device: string
  details: Record<string, unknown>
  byMe: boolean
}

/** By the start of the name; the first that fits. */
const ICONS: [string, IconNode][] = [
  ['authn_login_success', LogIn],
  ['authn_login', ShieldAlert],
  ['authn_second_factor_fail', ShieldAlert],
  ['authn_reauthenticate_fail', ShieldAlert],
  ['authn_password', LockKeyhole],
  ['authn_email', Mail],
  ['authn_identity', Link],
  ['authn_device', MonitorSmartphone],
  ['authn_token', KeyRound],
  ['authn_', ShieldCheck],
  ['consent_', AppWindow],
  ['client_', AppWindow],
  ['session_', LogOut],
  ['user_email', Mail],
  ['user_reported', ShieldAlert],
  ['user_', CircleUser],
  ['authz_', ShieldAlert],
]
const iconOf = (event: string) => ICONS.find(([start]) => event.startsWith(start))?.[1] ?? History

export function EventRow({ event: row }: { event: ActivityEvent }) {
  const { event, at, address, device, details, byMe } = row
  const detail = describe(event, details)
  const isSignIn = event === 'authn_login_success'
  return (
    <li>
      <Icon icon={iconOf(event)} />
      <div>
        <div class="badges">
          <strong>{textFor(t.events, event) ?? event}</strong>
          {isSignIn && details.device === 'new' && <Badge tone="accent">{t.account.newDevice}</Badge>}
          {!byMe && <Badge tone="warning">{t.account.byOther}</Badge>}
        </div>
        {detail && <small>{detail}</small>}
        <small class="quiet">
          {[device, address && `${t.account.address} ${address}`].filter(Boolean).join(' · ')}
        </small>
      </div>
      <div class="when">
        <time dateTime={at}>{showClock(at)}</time>
        {isSignIn && (
          <button type="button" class="link" onClick={() => void report()}>
            {t.account.notMe}
          </button>
        )}
      </div>
    </li>
  )
}

/** What is in `details` (docs/audit.md), in words. */
function describe(event: string, details: Record<string, unknown>): string {
  const { factors, factor, authenticator, provider, scopes, client, left, ended } = details
  const names = (codes: unknown[]) => factorNames(codes.map(String))
  const parts = [
    Array.isArray(factors) &&
      factors.length > 0 &&
      (event === 'authn_factor_removed' ? names(factors) : t.account.by(names(factors))),
    typeof factor === 'string' && factorNames([factor]),
    typeof authenticator === 'string' && factorNames([authenticator]),
    typeof provider === 'string' && (findProvider(provider)?.label ?? provider),
    typeof client === 'string' && client,
    Array.isArray(scopes) &&
      client === undefined &&
      scopes.map(scope => textFor(t.permissions, String(scope)) ?? scope).join(', '),
    typeof left === 'number' && t.account.recoveryLeft(left),
    typeof ended === 'number' && ended > 1 && t.account.ended(ended),
  ]
  return parts.filter(Boolean).join(' · ')
}

/** Without a link from a mail, the way to secure an account is a new password: it ends the other sessions. */
async function report() {
  const withPassword = site.offers('password')
  const { title, password, sessions, changePassword, reviewSessions } = t.account.suspicious
  const effect = withPassword ? password : sessions
  const action = withPassword ? changePassword : reviewSessions
  try {
    await demandConfirmation({ title, effect, action })
    navigate(withPassword ? '/account/security?change=password' : '/account/sessions')
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error
  }
}
