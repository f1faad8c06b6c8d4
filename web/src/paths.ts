/** Every page that there is: the server answers these with web/index.html, and the router in it shows the page. */
export const PATHS = [
  '/',
  '/sign-in',
  '/sign-in/email',
  '/link-account',
  '/register',
  '/setup',
  '/verify-email',
  '/forgot-password',
  '/reset-password',
  '/confirm-email',
  '/undo-email-change',
  '/not-me',
  '/review',
  '/account',
  '/account/security',
  '/account/sessions',
  '/account/tokens',
  '/account/activity',
  '/account/data',
  '/admin',
  '/admin/users',
  '/admin/users/:id',
  '/admin/roles',
  '/admin/audit',
] as const

export type Path = (typeof PATHS)[number]
