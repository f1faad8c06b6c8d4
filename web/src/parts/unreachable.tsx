import { LANGUAGES } from '../text/languages.ts'
import { preferred } from '../text/text.ts'

/** Instead of the page, where even its texts could not be loaded. */
export function Unreachable() {
  const code = preferred()
  return (
    <main lang={code}>
      <p role="alert" class="notice failed">
        {LANGUAGES[code].unreachable}
      </p>
    </main>
  )
}
