import { t, textFor } from '../text/text.ts'

export type Scopes = {
  scopes: string[]
  /** What may be done at other applications, by their names. */
  resources: { resource: string; name: string; scopes: string[] }[]
}

/** What an application may see and do; a scope without words of ours is shown by its name. */
export function ScopeList({ scopes, resources }: Scopes) {
  return (
    <ul>
      {scopes.map(scope => (
        <li key={scope}>{textFor(t.scopes, scope) ?? <code>{scope}</code>}</li>
      ))}
      {resources.map(({ resource, name, scopes: atResource }) => (
        <li key={resource}>
          {t.authorize.actAt(name)} <code>{atResource.join(', ')}</code>
        </li>
      ))}
    </ul>
  )
}
