type Connection = { secure: boolean }

/** Keeps other hosts from setting the cookie over https (ASVS 3.3.3, RFC 6265bis 4.1.3.2). */
export function hostCookieName(name: string, { secure }: Connection): string {
  return secure && !name.startsWith('__Host-') ? `__Host-${name}` : name
}

export function strictAttributes({ secure }: Connection) {
  return { path: '/', httpOnly: true, sameSite: 'strict', secure } as const
}
