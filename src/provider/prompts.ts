/** A prompt besides those of oidc-provider: the application is closed to this user. */
export const NO_ACCESS = 'no_access'
