import { isIP, isIPv6 } from 'node:net'

/** Without port and brackets. An invalid forwarded address yields the proxy's. */
export function clientAddress(req: {
  ip?: string | undefined
  socket: { remoteAddress?: string | undefined }
}): string {
  return addressIn(req.ip) ?? addressIn(req.socket.remoteAddress) ?? ''
}

export type Client = { address: string; userAgent: string | null }

type Request = Parameters<typeof clientAddress>[0] & { headers: { 'user-agent'?: string | undefined } }

export function clientOf(req: Request): Client {
  return { address: clientAddress(req), userAgent: req.headers['user-agent'] ?? null }
}

/** The /64 of an IPv6 address, which belongs to one subscriber. */
export function networkOf(address: string): string {
  const plain = addressIn(address) ?? address
  return isIPv6(plain) ? expanded(plain).slice(0, 4).join(':') : plain
}

/** @returns the form in which addresses are stored; undefined if it is none */
export function addressIn(text = ''): string | undefined {
  const [, bracketed] = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(text) ?? []
  const [, withPort] = /^(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$/.exec(text) ?? []
  // A zone (RFC 4007, section 11) names a local interface.
  const [address = ''] = (bracketed ?? withPort ?? text).split('%', 1)
  if (isIP(address) === 0) return undefined
  const [, mapped] = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address) ?? []
  return mapped ?? address.toLowerCase()
}

function expanded(address: string): string[] {
  const [head = '', tail = ''] = address.split('::')
  const left = head.split(':').filter(Boolean)
  const right = tail.split(':').filter(Boolean)
  return [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right]
}
