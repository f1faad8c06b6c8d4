import { type Env, isHttps } from '../../configs/env.ts'

/** Names of the cookies of oidc-provider; only the last reaches a browser. */
export function cookieNames(env: Pick<Env, 'BASE_URL'>) {
  const prefix = isHttps(env) ? '__Secure-' : ''
  return { session: 'oidc_session', interaction: 'oidc_interaction', resume: `${prefix}oidc_resume` }
}
