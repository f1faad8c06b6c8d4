import { Notice } from '../parts/feedback.tsx'
import { type Section, Sections } from '../parts/sections.tsx'
import { SignedIn } from '../parts/signed-in.tsx'
import { enrolmentDemanded } from '../session.ts'
import { site } from '../site.ts'
import { useStore } from '../store.ts'
import { t } from '../text/text.ts'
import { Activity } from './activity.tsx'
import { Applications } from './applications.tsx'
import { Data } from './data.tsx'
import { Profile } from './profile.tsx'
import { Security } from './security.tsx'
import { SessionsAndDevices } from './sessions.tsx'
import { Tokens } from './tokens.tsx'

export function Account() {
  const { sections, navigation } = t.account
  const demanded = useStore(enrolmentDemanded)
  const all: Section[] = [
    { path: '/account', name: sections.profile, shown: Profile },
    { path: '/account/security', name: sections.security, shown: Security },
    { path: '/account/sessions', name: sections.sessions, shown: SessionsAndDevices },
    ...(site.hasApplications
      ? [{ path: '/account/applications' as const, name: sections.applications, shown: Applications }]
      : []),
    { path: '/account/tokens', name: sections.tokens, shown: Tokens },
    { path: '/account/activity', name: sections.activity, shown: Activity },
    { path: '/account/data', name: sections.data, shown: Data },
  ]
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
