import type { Language } from '../text/languages.ts'

export type User = {
  id: string
  email: string | null
  username: string | null
  name: string
  roles: string[]
  disabled: boolean
  emailVerified: boolean
  language: Language | null
  createdAt: string
}

export type ListedUser = User & { lastSignInAt: string | null; secondFactor: boolean }

export type Role = { id: string; name: string; description: string; permissions: string[]; builtIn: boolean }
export type ListedRole = Role & { users: number }

export type EventPerson = { id: string; name: string; email: string | null }

export type AuditEvent = {
  id: number
  at: string
  event: string
  userId: string | null
  actorId: string | null
  user: EventPerson | null
  actor: EventPerson | null
  address: string | null
  device: string | null
  requestId: string | null
  details: Record<string, unknown>
}

export type Client = {
  id: string
  name: string
  applicationType: string
  authMethod: string
  redirectUris: string[]
  postLogoutRedirectUris: string[]
  backchannelLogoutUri: string | null
  launchUrl: string | null
  grantTypes: string[]
  scopes: string[]
  ownScopes: string[]
  roles: string[] | null
  secondFactor: boolean
  skipConsent: boolean
  idTokenAlgorithm: string
  jwks: object | null
  resource: string | null
  resourceScopes: string[]
  disabled: boolean
  createdAt: string
}

export type ClientSecret = {
  id: string
  prefix: string
  createdAt: string
  expires: string | null
  lastUsedAt: string | null
}

/** One page of a list; `next` leads to the one after it. Users have a `total`, null if the server does not count them. */
export type PageOf<Item> = { items: Item[]; next: string | null; total?: number | null }
