type Node = { host: string; port: number }
type Sentinels = { tls: boolean; username: string; password: string; nodes: Node[]; master: string; database: number }

const FORM =
  /^redis(?<tls>s?)\+sentinel:\/\/(?:(?<username>[^:@/]*):(?<password>[^@/]*)@)?(?<hosts>[^/@?]+)\/(?<master>[^/?]+)(?:\/(?<database>\d+))?$/

/**
 * Reads `redis[s]+sentinel://user:password@host:26379,host:26379/MASTER/0`. User and password are those of the Redis servers.
 * @returns undefined if it has another form
 */
export function readSentinelUrl(text: string): Sentinels | undefined {
  const match = FORM.exec(text)
  if (!match) return undefined
  const { tls, username = '', password = '', hosts = '', master = '', database = '0' } = match.groups ?? {}
  const addresses = hosts.split(',').map(host => `redis://${host}`)
  if (!addresses.every(address => URL.canParse(address))) return undefined
  return {
    tls: tls === 's',
    username: decodeURIComponent(username),
    password: decodeURIComponent(password),
    nodes: addresses.map(nodeOf),
    master: decodeURIComponent(master),
    database: Number(database),
  }
}

function nodeOf(address: string): Node {
  const { hostname, port } = new URL(address)
  return { host: hostname.replaceAll(/[[\]]/g, ''), port: Number(port || 26_379) }
}
