import { isLastWay } from '../last-way.ts'
import { Badge } from '../parts/badge.tsx'
import { t } from '../text/text.ts'

/** Marks the way that was used the last time, on its button. */
export function LastUsed({ way }: { way: Parameters<typeof isLastWay>[0] }) {
  return isLastWay(way) ? <Badge tone="accent">{t.signIn.lastUsed}</Badge> : null
}
