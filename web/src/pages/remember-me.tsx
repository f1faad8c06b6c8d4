import { Checkbox } from '../parts/field.tsx'
import { site } from '../site.ts'
import { t } from '../text/text.ts'

/** The tick outlives this form: every way to sign in heeds it. */
export function RememberMe({ remember }: { remember: { current: boolean } }) {
  return (
    <Checkbox
      name="rememberMe"
      label={t.signIn.rememberMe(site.rememberDays)}
      checked={remember.current}
      onTick={ticked => {
        remember.current = ticked
      }}
    />
  )
}
