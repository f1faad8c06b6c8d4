import { site } from '../site.ts'
import { t } from '../text/text.ts'
import { withReturn } from './use-sign-in.ts'

/** The way to a new account, for everyone where registration is open. */
export function RegisterWay() {
  if (site.registration !== 'open') return null
  return (
    <p class="foot">
      {t.signIn.noAccount} <a href={withReturn('/register')}>{t.signIn.register}</a>
    </p>
  )
}
