/** What `GET /auth/identities` lists. */
export type Identity = {
  id: string
  provider: string
  label: string
  accountName: string
  createdAt: string
  lastUsedAt: string | null
}

export type Identities = { items: Identity[] }
