import { site } from '../site.ts'
import { t } from '../text/text.ts'

/** The way to a new account, for everyone where registration is open. */
export function RegisterWay() {
  if (site.registration !== 'open') return null
  return (
    <p class="foot">
      {t.signIn.noAccount} <a href="/register">{t.signIn.register}</a>
    </p>
  )
}
