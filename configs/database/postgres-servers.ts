const HOSTS = /^(postgres(?:ql)?:\/\/(?:[^@/?#]*@)?)([^/?#]*)(.*)$/

/**
 * Splits `postgres://user@one:5432,two:5432/database` (libpq, section 34.1.1.2).
 * @returns one URL for each host, in the written order
 */
export function serversOf(url: string): string[] {
  const [, start = '', hosts = '', rest = ''] = HOSTS.exec(url) ?? []
  return hosts.split(',').map(host => `${start}${host}${rest}`)
}

/** Whether only the server that takes writes is to be used, as for every list of hosts. */
export function wantsPrimary(url: string): boolean {
  return serversOf(url).length > 1 || /[?&]target_session_attrs=read-write(&|$)/.test(url)
}

/** @returns host and port for messages, without the password */
export function nameOf(server: string): string {
  return new URL(server).host || 'the local socket'
}

/** @returns what pg and Sequelize call host and port */
export function addressOf(server: string): { host: string; port: string } {
  const { hostname, port, searchParams } = new URL(server)
  const host = searchParams.get('host') ?? decodeURIComponent(hostname).replace(/^\[(.*)\]$/, '$1')
  return { host, port: port || '5432' }
}
