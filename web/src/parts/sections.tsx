import type { IconNode } from 'lucide'
import type { ComponentChildren, ComponentType } from 'preact'
import type { Path } from '../paths.ts'
import { place } from '../router.ts'
import { BackFromProvider } from './back-from-provider.tsx'
import { Page } from './page.tsx'
import { Tabs } from './tabs.tsx'

export type Section = {
  path: Path
  name: string
  icon?: IconNode
  shown: ComponentType
  /** It has a heading of its own. */
  titled?: true
}

type SectionsProps = {
  label: string
  sections: Section[]
  /** The section that a page belongs to which has no link of its own. */
  parent?: Path | undefined
  above?: ComponentChildren
}

/** Pages side by side, with links to one another. */
export function Sections({ label, sections, parent, above }: SectionsProps) {
  const { path } = place.get()
  const current = sections.find(each => each.path === (parent ?? path))
  const Shown = current?.shown
  return (
    <div class="sections">
      <Tabs
        label={label}
        tabs={sections.map(({ path: href, name, icon }) => ({ href, name, icon, isCurrent: href === current?.path }))}
      />
      <div>
        {above}
        <BackFromProvider />
        {current?.titled && Shown && <Shown />}
        {current && !current.titled && Shown && (
          <Page title={current.name} width="wide">
            <Shown />
          </Page>
        )}
      </div>
    </div>
  )
}
