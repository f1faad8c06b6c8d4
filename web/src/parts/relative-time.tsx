import { showRelative, showTime } from '../text/text.ts'

/** How long ago something was, or when it comes; the exact time on hover. @param at ISO 8601 */
export const RelativeTime = ({ at }: { at: string }) => (
  <time dateTime={at} title={showTime(at)}>
    {showRelative(at)}
  </time>
)
