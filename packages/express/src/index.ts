import type { LatchkeyUser } from './user.ts'

declare global {
  namespace Express {
    interface User extends LatchkeyUser {}
    interface Request {
      user?: User | undefined
    }
  }
}

export type { EndedSessions } from './ended-sessions.ts'
export { requirePermission, requireScope, requireUser } from './guards.ts'
export { latchkey } from './latchkey.ts'
export type { LatchkeyOptions } from './options.ts'
export type { LatchkeyUser } from './user.ts'
