import type { AccountText, AdminText, Text } from '../text/catalogue.ts'
import { t as loaded } from '../text/text.ts'

/** With the texts that src/app.tsx loads beside these pages. */
export const t = loaded as Text & AccountText & AdminText
