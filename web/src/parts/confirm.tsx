import { Cancelled } from '../problem.ts'
import { onSignOut } from '../session.ts'
import { createStore, useStore } from '../store.ts'
import { t } from '../text/text.ts'
import { Dialog } from './dialog.tsx'

export type Question = {
  /** Names the thing, such as "Revoke “backup”?". */
  title: string
  /** What happens then. */
  effect: string
  /** On the button that goes on. */
  action: string
  /** On the button that does not. */
  otherwise?: string
}
type Asked = Question & { answer: (agreed: boolean) => void }

const asked = createStore<Asked | undefined>(undefined)
onSignOut(() => asked.get()?.answer(false))

/**
 * Asks in a dialog before something that is hard to take back.
 * @throws Cancelled where the answer is no
 */
export async function demandConfirmation(question: Question): Promise<void> {
  const agreed = await new Promise<boolean>(answer => asked.set({ ...question, answer }))
  asked.set(undefined)
  if (!agreed) throw new Cancelled()
}

/** Where the question appears. The focus is on the way back, so that no key pressed by habit goes on. */
export function Confirmation() {
  const question = useStore(asked)
  if (!question) return null
  return (
    <Dialog title={question.title} onClose={() => question.answer(false)}>
      <p>{question.effect}</p>
      <div class="actions">
        <button type="button" class="danger" onClick={() => question.answer(true)}>
          {question.action}
        </button>
        <button type="button" class="outline secondary" autofocus onClick={() => question.answer(false)}>
          {question.otherwise ?? t.common.cancel}
        </button>
      </div>
    </Dialog>
  )
}
