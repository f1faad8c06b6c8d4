import { useEffect, useState } from 'preact/hooks'
import { t } from '../text/text.ts'
import { useAction } from './action.tsx'
import { Done, Failure } from './feedback.tsx'

/** In ms, between two emails. */
const PAUSE = 30_000

/** Sends the email once more that was just sent, after a pause that can be seen. */
export function Resend({ send }: { send: () => Promise<unknown> }) {
  const [again, setAgain] = useState(0)
  const seconds = useCountdown(again)
  const action = useAction()
  async function resend() {
    await send()
    setAgain(before => before + 1)
  }
  const isWaiting = seconds > 0
  return (
    <>
      {again > 0 && <Done key={again}>{t.resend.sent}</Done>}
      <Failure problem={action.problem} />
      <p>
        {t.resend.hint}{' '}
        <button
          type="button"
          class="link"
          aria-disabled={isWaiting || action.busy || undefined}
          onClick={() => isWaiting || action.run(resend)}
        >
          {isWaiting ? `${t.resend.again} (${seconds} s)` : t.resend.again}
        </button>
      </p>
    </>
  )
}

/** Starts over whenever `round` changes. @returns the seconds that are left */
function useCountdown(round: number): number {
  const [left, setLeft] = useState(PAUSE)
  useEffect(() => {
    const end = Date.now() + PAUSE
    const show = () => setLeft(Math.max(0, end - Date.now()))
    show()
    const timer = setInterval(show, 1000)
    return () => clearInterval(timer)
  }, [round])
  return Math.ceil(left / 1000)
}
