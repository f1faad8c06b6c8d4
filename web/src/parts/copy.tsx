import { useEffect, useState } from 'preact/hooks'
import { t } from '../text/text.ts'

/** In ms: how long the button says that it is done. */
const SHOWN = 2000

/** Copies what is shown once. */
export function CopyButton({ value }: { value: string }) {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), SHOWN)
    return () => clearTimeout(timer)
  }, [copied])
  if (!navigator.clipboard) return null
  const copy = () => void navigator.clipboard.writeText(value).then(() => setCopied(true))
  return (
    <>
      <button type="button" class="outline" onClick={copy}>
        {copied ? t.common.copied : t.common.copy}
      </button>
      <span role="status" class="unseen">
        {copied ? t.common.copied : ''}
      </span>
    </>
  )
}
