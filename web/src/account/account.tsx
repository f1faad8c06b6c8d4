import '../styles/account.css'
import { AppWindow, CircleUser, FileDown, History, KeyRound, MonitorSmartphone, ShieldCheck } from 'lucide'
import { NotFound } from '../pages/not-found.tsx'
import { Notice } from '../parts/feedback.tsx'
import { type Section, Sections } from '../parts/sections.tsx'
import { SignedIn } from '../parts/signed-in.tsx'
import { place } from '../router.ts'
import { enrolmentDemanded } from '../session.ts'
import { site } from '../site.ts'
import { useStore } from '../store.ts'
import { Activity } from './activity.tsx'
import { Applications } from './applications.tsx'
import { Data } from './data.tsx'
import { Profile } from './profile.tsx'
import { Security } from './security.tsx'
import { SessionsAndDevices } from './sessions.tsx'
import { t } from './text.ts'
import { Tokens } from './tokens.tsx'

export function Account() {
  const { sections, navigation } = t.account
  const demanded = useStore(enrolmentDemanded)
  const all: Section[] = [
    { path: '/account', name: sections.profile, icon: CircleUser, shown: Profile },
    { path: '/account/security', name: sections.security, icon: ShieldCheck, shown: Security },
    { path: '/account/sessions', name: sections.sessions, icon: MonitorSmartphone, shown: SessionsAndDevices },
    ...(site.hasApplications
      ? [{ path: '/account/applications' as const, name: sections.applications, icon: AppWindow, shown: Applications }]
      : []),
    { path: '/account/tokens', name: sections.tokens, icon: KeyRound, shown: Tokens },
    { path: '/account/activity', name: sections.activity, icon: History, shown: Activity },
    { path: '/account/data', name: sections.data, icon: FileDown, shown: Data },
  ]
  if (place.get().path === '/account/applications' && !site.hasApplications) return <NotFound />
  return (
    <SignedIn>
      {() => (
        <Sections
          label={navigation}
          above={demanded && <Notice>{t.account.enrolment}</Notice>}
          sections={all.filter(({ path }) => !demanded || path === '/account/security')}
        />
      )}
    </SignedIn>
  )
}
