import { useEffect, useRef, useState } from 'preact/hooks'
import { admin } from './api.ts'
import { t } from './text.ts'
import type { PageOf, User } from './types.ts'

/** In ms. */
const PAUSE = 250

type PersonFilterProps = { userId: string; onChoose: (userId: string) => void }

/** Finds a person by name or address, and names the one that is chosen. */
export function PersonFilter({ userId, onChoose }: PersonFilterProps) {
  const [found, setFound] = useState<User[]>([])
  const [chosen, setChosen] = useState<User>()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  useEffect(() => {
    if (userId === '' || chosen?.id === userId) return
    admin<User>('GET', `/api/v1/users/${encodeURIComponent(userId)}`).then(setChosen, () => setChosen(undefined))
  }, [userId])
  function search(text: string) {
    clearTimeout(timer.current)
    timer.current = setTimeout(async () => {
      const q = encodeURIComponent(text.trim())
      const page = q
        ? await admin<PageOf<User>>('GET', `/api/v1/users?limit=5&q=${q}`).catch(() => undefined)
        : undefined
      setFound(page?.items ?? [])
    }, PAUSE)
  }
  function choose(user: User | undefined) {
    setChosen(user)
    setFound([])
    onChoose(user?.id ?? '')
  }
  if (userId !== '')
    return (
      <div class="wide chosen">
        <span>{t.admin.person}</span>
        <button type="button" class="chip" aria-pressed="true" onClick={() => choose(undefined)}>
          {chosen?.id === userId ? chosen.name : userId.slice(0, 8)}
          <span class="unseen">: {t.common.remove}</span> ×
        </button>
      </div>
    )
  return (
    <div class="wide suggesting">
      <label>
        {t.admin.person}
        <input
          type="search"
          autocomplete="off"
          placeholder={t.admin.searchHint}
          onInput={({ currentTarget }) => search(currentTarget.value)}
        />
      </label>
      {found.length > 0 && (
        <ul class="plain suggestions" aria-label={t.admin.users}>
          {found.map(user => (
            <li key={user.id}>
              <button type="button" class="bare" onClick={() => choose(user)}>
                {user.name} <small class="quiet">{user.email}</small>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
