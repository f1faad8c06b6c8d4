import { History, type IconNode, KeyRound, MonitorSmartphone, ShieldCheck, Tags, UserRound } from 'lucide'
import { useContext } from 'preact/hooks'
import { Avatar } from '../parts/avatar.tsx'
import { Badge } from '../parts/badge.tsx'
import { Failure, Loading } from '../parts/feedback.tsx'
import { Page } from '../parts/page.tsx'
import { Tabs } from '../parts/tabs.tsx'
import { useLoad } from '../parts/use-load.ts'
import { place } from '../router.ts'
import { useStore } from '../store.ts'
import { sendAdmin } from './api.ts'
import { Permissions, useMay } from './permissions.ts'
import { t } from './text.ts'
import type { User } from './types.ts'
import { UserActions } from './user-actions.tsx'
import { UserActivity } from './user-activity.tsx'
import { UserFactors } from './user-factors.tsx'
import { UserProfile } from './user-profile.tsx'
import { UserRoles } from './user-roles.tsx'
import { UserSessions } from './user-sessions.tsx'
import { UserTokens } from './user-tokens.tsx'

const TABS = ['profile', 'roles', 'factors', 'sessions', 'tokens', 'activity'] as const
type TabName = (typeof TABS)[number]

/** Beside `users:read`. */
const NEEDED: Partial<Record<TabName, string>> = {
  sessions: 'sessions:read',
  tokens: 'sessions:read',
  activity: 'audit:read',
}

const ICONS: Record<TabName, IconNode> = {
  profile: UserRound,
  roles: Tags,
  factors: ShieldCheck,
  sessions: MonitorSmartphone,
  tokens: KeyRound,
  activity: History,
}

export function UserDetail() {
  const { params, query } = useStore(place)
  const id = params.id ?? ''
  const path = `/api/v1/users/${encodeURIComponent(id)}`
  const { data, problem, reload } = useLoad(() => sendAdmin<User>({ method: 'GET', path }), [path])
  if (!data) return problem ? <Failure problem={problem} retry={reload} /> : <Loading />
  const tag = data.headers.get('ETag') ?? ''
  return <UserPage user={data.answer} path={path} tag={tag} wanted={query.get('tab')} onChanged={reload} />
}

type UserPageProps = { user: User; path: string; tag: string; wanted: string | null; onChanged: () => void }

/** @param wanted name of a tab */
function UserPage({ user, path, tag, wanted, onChanged }: UserPageProps) {
  const mayWrite = useMay('users:write')
  const permissions = useContext(Permissions)
  const tabs = TABS.filter(name => permissions.includes(NEEDED[name] ?? 'users:read'))
  const shown = tabs.find(name => name === wanted) ?? 'profile'
  return (
    <>
      <p class="back">
        <a href="/admin/users">← {t.admin.allUsers}</a>
      </p>
      <Page
        title={user.name}
        width="wide"
        before={<Avatar id={user.id} name={user.name} size="large" />}
        beside={
          <>
            <Badge tone={user.disabled ? 'bad' : 'good'}>{user.disabled ? t.admin.disabled : t.admin.enabled}</Badge>
            {mayWrite && <UserActions user={user} path={path} onChanged={onChanged} />}
          </>
        }
      >
        <Tabs
          label={t.admin.user}
          tabs={tabs.map(name => ({
            href: name === 'profile' ? `/admin/users/${user.id}` : `/admin/users/${user.id}?tab=${name}`,
            name: t.admin.userTabs[name],
            icon: ICONS[name],
            isCurrent: name === shown,
          }))}
        />
        <div class="tab">
          {/* It keeps what is typed into it while another tab is shown. */}
          <div hidden={shown !== 'profile'}>
            <UserProfile user={user} path={path} tag={tag} onChanged={onChanged} />
          </div>
          {shown === 'roles' && <UserRoles user={user} onChanged={onChanged} />}
          {shown === 'factors' && <UserFactors user={user} path={path} />}
          {shown === 'sessions' && <UserSessions path={path} />}
          {shown === 'activity' && <UserActivity id={user.id} />}
          {shown === 'tokens' && <UserTokens path={path} />}
        </div>
      </Page>
    </>
  )
}
