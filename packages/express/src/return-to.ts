/** Longer addresses do not fit into the cookie of a sign-in. */
const LONGEST = 2000

/**
 * The path to show after sign-in.
 * @param wanted anything that a link can say
 * @returns `/` unless it is a path of this app
 */
export function returnPathOf(wanted: unknown, origin: string): string {
  if (typeof wanted !== 'string' || !wanted.startsWith('/') || !URL.canParse(wanted, origin)) return '/'
  const url = new URL(wanted, origin)
  const path = url.pathname + url.search
  // A path such as `/.//evil.example` becomes `//evil.example` when it is parsed.
  return url.origin === origin && !path.startsWith('//') && path.length <= LONGEST ? path : '/'
}
