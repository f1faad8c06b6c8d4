import '../styles/admin.css'
import { AppWindow, ChartColumn, Users as People, ScrollText, Tags } from 'lucide'
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import { Failure, Loading } from '../parts/feedback.tsx'
import { Page } from '../parts/page.tsx'
import { type Section, Sections } from '../parts/sections.tsx'
import { SignedIn } from '../parts/signed-in.tsx'
import { useLoad } from '../parts/use-load.ts'
import type { Path } from '../paths.ts'
import { navigate, place } from '../router.ts'
import { myPermissions } from './api.ts'
import { AuditEvents } from './audit-events.tsx'
import { ClientDetail } from './client-detail.tsx'
import { Clients } from './clients.tsx'
import { Invitations } from './invitations.tsx'
import { Overview } from './overview.tsx'
import { Permissions } from './permissions.ts'
import { Roles } from './roles.tsx'
import { t } from './text.ts'
import { UserDetail } from './user-detail.tsx'
import { Users } from './users.tsx'

export const Administration = () => <SignedIn>{() => <Permitted />}</SignedIn>

function Permitted() {
  const { data: permissions, problem, reload } = useLoad(myPermissions, [])
  if (!permissions) return problem ? <Failure problem={problem} retry={reload} /> : <Loading />
  const sections = sectionsFor(permissions)
  if (sections.length === 0) return <NotAllowed />
  return (
    <Permissions.Provider value={permissions}>
      <AllowedSections sections={sections} />
    </Permissions.Provider>
  )
}

const USER_PAGES: Partial<Record<Path, ComponentType>> = {
  '/admin/users/:id': UserDetail,
  '/admin/invitations': Invitations,
}

/** The section that a page without its own belongs to. */
const PARENTS: Partial<Record<Path, Path>> = {
  '/admin/users/:id': '/admin/users',
  '/admin/invitations': '/admin/users',
  '/admin/clients/:id': '/admin/clients',
}

/** The menu leads to /admin, so users who may not see the overview go on to the first section that they may see. */
function AllowedSections({ sections }: { sections: Section[] }) {
  const { path } = place.get()
  const parent = path && (PARENTS[path] ?? path)
  const isAllowed = sections.some(each => each.path === parent)
  const instead = path === '/admin' && !isAllowed ? sections[0]?.path : undefined
  useEffect(() => {
    if (instead) navigate(instead, 'replace')
  }, [instead])
  if (instead) return <Loading />
  if (!isAllowed) return <NotAllowed />
  return <Sections label={t.admin.navigation} sections={sections} parent={parent} />
}

function sectionsFor(permissions: string[]): Section[] {
  const { overview, users, roles, clients, audit } = t.admin.sections
  const { path } = place.get()
  const shownUsers = (path && USER_PAGES[path]) ?? Users
  const shownClients = path === '/admin/clients/:id' ? ClientDetail : Clients
  const all: (Section & { needs: string })[] = [
    { path: '/admin', name: overview, icon: ChartColumn, shown: Overview, needs: 'audit:read' },
    { path: '/admin/users', name: users, icon: People, titled: true, shown: shownUsers, needs: 'users:read' },
    { path: '/admin/roles', name: roles, icon: Tags, titled: true, shown: Roles, needs: 'roles:read' },
    {
      path: '/admin/clients',
      name: clients,
      icon: AppWindow,
      titled: true,
      shown: shownClients,
      needs: 'clients:read',
    },
    { path: '/admin/audit', name: audit, icon: ScrollText, shown: AuditEvents, needs: 'audit:read' },
  ]
  return all.filter(({ needs }) => permissions.includes(needs))
}

function NotAllowed() {
  return (
    <Page title={t.admin.notAllowedTitle}>
      <p>{t.admin.notAllowed}</p>
      <p>
        <a href="/account">{t.common.account}</a>
      </p>
    </Page>
  )
}
