const {
  siteName = '',
  registration = '',
  docs = '',
  signInWith = '',
  providers = '',
  applications = '',
  signInForm = '',
  rememberDays = '',
  logo = '',
  links = '',
  auditDays = '',
  signedOut,
} = document.documentElement.dataset

const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]

export type Provider = { name: string; label: string; signInPath: string; available: boolean }

/** What the server wrote into the page: no request is needed to know it. Unset where Vite serves it in development. */
export const site = {
  name: siteName.startsWith('{{') ? 'Latchkey' : siteName,
  /** `open`, `closed` or `invite`. */
  registration: registration.startsWith('{{') ? 'open' : registration,
  /** Whether SIGN_IN_WITH has this way. */
  offers: (way: 'password' | 'passkey' | 'email') => signInWith.startsWith('{{') || signInWith.split(',').includes(way),
  providers: (providers.startsWith('[') ? JSON.parse(providers) : []) as Provider[],
  /** Whether other applications sign their users in here. */
  hasApplications: applications !== 'false',
  /** SIGN_IN_FORM. */
  asksIdentifierFirst: signInForm === 'identifier-first',
  /** How long “Stay signed in” lasts, in days. */
  rememberDays: Number(rememberDays) || 30,
  /** Address of SITE_LOGO; empty without one. */
  logo: logo.startsWith('/') ? logo : '',
  /** Addresses, empty where there are none. */
  links: (links.startsWith('{"') ? JSON.parse(links) : {}) as Partial<Record<'terms' | 'privacy' | 'help', string>>,
  /** How long security events are kept. */
  auditDays: Number(auditDays) || 365,
  hasDocs: docs !== 'false',
  /** The browser asked for the page without a session cookie. Back may bring a page from before a sign-in. */
  cameSignedOut: signedOut !== undefined && navigation?.type !== 'back_forward',
}
