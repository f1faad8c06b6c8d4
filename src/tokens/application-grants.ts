import { type Database, DatabaseUnavailable, jsonOf } from '../../configs/database.ts'
import type { Principal } from '../identity/principal.ts'

type Row = { disabledAt: Date | string | null; roles: string[] | string | null }

export type ApplicationGrants = ReturnType<typeof createApplicationGrants>

/** One statement for each request of an application, so that a withdrawn consent or a disabled client counts at once. */
export function createApplicationGrants(database: Database) {
  const read = database.statement(READ)

  return {
    /** Whether the user still lets the application act for them, and the application is still open to them. */
    isGranted: async (sessionId: string, clientId: string, user: Pick<Principal, 'roles'>): Promise<boolean> => {
      const [grant] = await read.all<Row>(sessionId, clientId, new Date()).catch(unreadable)
      if (!grant || grant.disabledAt !== null) return false
      if (grant.roles === null) return true
      const roles = jsonOf<string[]>(grant.roles)
      return user.roles.some(role => roles.includes(role))
    },
  }
}

/** A client that only a document describes has no row of its own. */
const READ = `
  SELECT c."disabledAt", c."roles" FROM "OidcArtifacts" g LEFT JOIN "Clients" c ON c."id" = g."clientId"
  WHERE g."kind" = 'Grant' AND g."sessionId" = $1 AND g."clientId" = $2 AND g."expires" > $3`

function unreadable(cause: unknown): never {
  throw new DatabaseUnavailable('grants of applications cannot be looked up', { cause })
}
