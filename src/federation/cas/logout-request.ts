import { isServiceTicket } from './ticket.ts'
import { MalformedXml, parseXml } from './xml.ts'

/** Several times what a CAS server sends, and parsed in little time, because anyone may send one. */
const MAX_LENGTH = 4096

/**
 * Reads the `logoutRequest` that a CAS server posts when a user signs out there (CAS protocol 3.0, section 2.3.3). The ticket is its proof.
 * @returns the ticket whose session ends, or undefined if the text is no such request
 */
export function ticketOfLogoutRequest(xml: string): string | undefined {
  if (xml.length > MAX_LENGTH) return undefined
  const request = rootOf(xml)
  if (request?.name !== 'LogoutRequest') return undefined
  const [index, second] = request.children.filter(child => child.name === 'SessionIndex')
  const ticket = index?.text?.trim()
  return ticket && !second && isServiceTicket(ticket) ? ticket : undefined
}

function rootOf(xml: string) {
  try {
    return parseXml(xml)
  } catch (error) {
    if (error instanceof MalformedXml) return undefined
    throw error
  }
}
