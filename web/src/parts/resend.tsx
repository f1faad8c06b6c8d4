import { useEffect, useState } from 'preact/hooks'
import { t } from '../text/text.ts'
import { useAction } from './action.tsx'
import { Done, Failure } from './feedback.tsx'

/** In ms, between two emails. */
const PAUSE = 30_000

/** Sends the email once more that was just sent, after a pause that can be seen. */
export function Resend({ send }: { send: () => Promise<unknown> }) {
  const [sentAt, setSentAt] = useState(Date.now)
  const [again, setAgain] = useState(0)
  const action = useAction()
  async function resend() {
    await send()
    setSentAt(Date.now())
    setAgain(before => before + 1)
  }
  return (
    <>
      {again > 0 && <Done key={again}>{t.resend.sent}</Done>}
      <Failure problem={action.problem} />
      <p>
        {t.resend.hint}{' '}
        <ResendButton action={action} send={resend} sentAt={sentAt}>
          {t.resend.again}
        </ResendButton>
      </p>
    </>
  )
}

type ResendButtonProps = {
  action: ReturnType<typeof useAction>
  send: () => Promise<unknown>
  /** When the last email was sent, in ms since 1970, if one was on this page. */
  sentAt: number | undefined
  children: string
}

/** Counts down the seconds until another email may be sent. */
export function ResendButton({ action, send, sentAt = 0, children }: ResendButtonProps) {
  const seconds = useCountdown(sentAt + PAUSE)
  const isWaiting = seconds > 0
  return (
    <button
      type="button"
      class="link"
      aria-disabled={isWaiting || action.busy || undefined}
      onClick={() => isWaiting || action.run(send)}
    >
      {isWaiting ? `${children} (${seconds} s)` : children}
    </button>
  )
}

/** @param end in ms since 1970. @returns the seconds that are left */
function useCountdown(end: number): number {
  const leftNow = () => Math.max(0, end - Date.now())
  const [left, setLeft] = useState(leftNow)
  useEffect(() => {
    const show = () => setLeft(leftNow())
    show()
    const timer = setInterval(show, 1000)
    return () => clearInterval(timer)
  }, [end])
  return Math.ceil(left / 1000)
}
