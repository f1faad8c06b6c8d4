/** A CAS server by the URL that its paths follow, and this server as it is registered there. */
export type CasServer = {
  casUrl: string
  /** Compared by the CAS server character by character. */
  serviceUrl: string
  protocol?: '2.0' | '3.0'
}

/**
 * Where the browser goes to sign in (CAS protocol 3.0, section 2.1.1).
 * @param options `renew` asks for the password again; `gateway` asks for nothing and is ignored with `renew`
 */
export function casLoginUrl(server: CasServer, { renew = false, gateway = false } = {}): URL {
  const url = casEndpoint(server, '/login')
  url.searchParams.set('service', server.serviceUrl)
  if (renew) url.searchParams.set('renew', 'true')
  else if (gateway) url.searchParams.set('gateway', 'true')
  return url
}

export function casEndpoint({ casUrl }: CasServer, path: string): URL {
  return new URL(casUrl.replace(/\/+$/, '') + path)
}
