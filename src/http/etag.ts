import { hash } from 'node:crypto'

/** A weak entity tag of a body (RFC 9110, 8.8.3): weak, because compression may change its bytes on the way. */
export const etagOf = (body: string) => `W/"${hash('sha256', body, 'base64url').slice(0, 22)}"`
