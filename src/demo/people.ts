/** Everybody in the demo has this password. */
export const PASSWORD = 'seven green bicycles at dawn'

export type Person = { name: string; email: string; username: string | null; role: string }

export const ADMINISTRATOR = 'ada@example.org'
export const SUPPORTER = 'grace@example.org'
export const MEMBER = 'alan@example.org'

const ROLES = new Map([
  [ADMINISTRATOR, 'admin'],
  [SUPPORTER, 'support'],
  ['katherine@example.org', 'support'],
  ['margaret@example.org', 'auditor'],
])

const NAMES = [
  'Ada Lovelace',
  'Grace Hopper',
  'Alan Turing',
  'Katherine Johnson',
  'Margaret Hamilton',
  'Edsger Dijkstra',
  'Barbara Liskov',
  'Donald Knuth',
  'Frances Allen',
  'Tony Hoare',
  'Radia Perlman',
  'Dennis Ritchie',
  'Adele Goldberg',
  'Ken Thompson',
  'Shafi Goldwasser',
  'Niklaus Wirth',
  'Karen Jones',
  'John Backus',
  'Lynn Conway',
  'Claude Shannon',
  'Evelyn Boyd Granville',
  'Konrad Zuse',
  'Mary Kenneth Keller',
  'Leslie Lamport',
  'Annie Easley',
  'Peter Naur',
  'Jean Bartik',
  'Butler Lampson',
  'Hedy Lamarr',
  'Whitfield Diffie',
  'Anita Borg',
  'Martin Hellman',
  'Sophie Wilson',
  'Vinton Cerf',
  'Joan Clarke',
  'Robert Kahn',
  'Stephanie Shirley',
  'Ole-Johan Dahl',
  'Rózsa Péter',
  'Kristen Nygaard',
]

/** The order in which they registered. */
export const PEOPLE: Person[] = NAMES.map((name, index) => {
  const email = `${firstNameOf(name)}@example.org`
  const username = index % 3 === 0 ? firstNameOf(name) : null
  return { name, email, username, role: ROLES.get(email) ?? 'user' }
})

function firstNameOf(name: string): string {
  const [first = ''] = name.split(' ')
  return first
    .normalize('NFD')
    .replaceAll(/[^A-Za-z-]/g, '')
    .toLowerCase()
}

/** Addresses are from the blocks for documentation (RFC 5737). */
export const DEVICES = [
  {
    address: '192.0.2.17',
    userAgent:
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  },
  {
    address: '198.51.100.23',
    userAgent:
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1',
  },
  { address: '203.0.113.41', userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0' },
  {
    address: '192.0.2.88',
    userAgent:
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15',
  },
  {
    address: '198.51.100.140',
    userAgent:
      'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36',
  },
]

export const ROLES_TO_CREATE = [
  {
    name: 'support',
    description: 'Helps users who cannot sign in',
    permissions: ['users:read', 'users:write', 'sessions:read', 'sessions:write'],
  },
  { name: 'auditor', description: 'Reads the audit log', permissions: ['users:read', 'roles:read', 'audit:read'] },
]

export const INVITED = ['newcomer@example.org', 'contractor@example.com', 'intern@example.org']

export const APPLICATIONS = [
  {
    id: 'demo-wiki',
    name: 'Wiki',
    redirectUris: ['http://localhost:4001/callback'],
    launchUrl: 'http://localhost:4001/',
    scopes: ['openid', 'profile', 'email'],
  },
  {
    id: 'demo-shop',
    name: 'Shop',
    redirectUris: ['http://localhost:4002/callback'],
    launchUrl: 'http://localhost:4002/',
    scopes: ['openid', 'profile'],
  },
]
