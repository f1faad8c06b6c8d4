/** Service tickets have up to 256 characters; servers put host names into them (CAS protocol 3.0, section 3.1.1). */
const SERVICE_TICKET = /^ST-[\w.-]{1,253}$/

export function isServiceTicket(text: string): boolean {
  return SERVICE_TICKET.test(text)
}
