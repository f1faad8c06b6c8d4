import { Check, Copy } from 'lucide'
import { useEffect, useState } from 'preact/hooks'
import { t } from '../text/text.ts'
import { Icon } from './icon.tsx'
import { showToast } from './toast.tsx'

/** In ms: how long the button shows that it is done. */
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
  function said() {
    setCopied(true)
    showToast(() => t.common.copied)
  }
  const copy = () => void navigator.clipboard.writeText(value).then(said)
  return (
    <button type="button" class="outline" onClick={copy}>
      <Icon icon={copied ? Check : Copy} />
      {t.common.copy}
    </button>
  )
}
