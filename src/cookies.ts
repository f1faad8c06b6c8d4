/** Where a request shows whether it came over https. */
type Connection = { secure: boolean }

/**
 * The name that a cookie has over this connection: over https with the prefix that ties it to this host and path, so that
 * no other host of the domain can plant one (ASVS 3.3.3, RFC 6265bis 4.1.3.2).
 */
export function hostCookieName(name: string, { secure }: Connection): string {
  return secure && !name.startsWith('__Host-') ? `__Host-${name}` : name
}

/** Attributes of a cookie that neither scripts nor other sites need. */
export function strictAttributes({ secure }: Connection) {
  return { path: '/', httpOnly: true, sameSite: 'strict', secure } as const
}
