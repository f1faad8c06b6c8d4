export type User = {
  id: string
  email: string | null
  username: string | null
  name: string
  roles: string[]
  disabled: boolean
  emailVerified: boolean
  createdAt: string
}

export type Role = { id: string; name: string; description: string; permissions: string[]; builtIn: boolean }

export type AuditEvent = {
  id: number
  at: string
  event: string
  userId: string | null
  actorId: string | null
  address: string | null
  device: string | null
  details: Record<string, unknown>
}

/** One page of a list; `next` leads to the one after it. */
export type PageOf<Item> = { items: Item[]; next: string | null }
