const { siteName = '', registration = '', docs = '' } = document.documentElement.dataset

/** What the server wrote into the page: no request is needed to know it. Unset where Vite serves it in development. */
export const site = {
  name: siteName.startsWith('{{') ? 'Latchkey' : siteName,
  /** `open`, `closed` or `invite`. */
  registration: registration.startsWith('{{') ? 'open' : registration,
  hasDocs: docs !== 'false',
}
