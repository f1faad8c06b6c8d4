import type { Path } from '../paths.ts'
import { departure, place } from '../router.ts'
import { onSignOut } from '../session.ts'
import { createStore } from '../store.ts'
import { t } from '../text/text.ts'
import { demandConfirmation } from './confirm.tsx'

/** `replacing`: the codes before them work until these are confirmed. */
export type KeptCodes = { codes: string[]; replacing: boolean }

/** What the server shows once, until its owner says that it is saved. It outlives other pages, not the sign-out. */
export const keptCodes = createStore<KeptCodes | undefined>(undefined)
export const keptToken = createStore<string | undefined>(undefined)

export const keptClientSecret = createStore<{ clientId: string; secret: string } | undefined>(undefined)

const STORES = [keptCodes, keptToken, keptClientSecret]
const isKept = () => STORES.some(store => store.get() !== undefined)

onSignOut(() => {
  for (const store of STORES) store.set(undefined)
})

// Only while it is needed: it keeps browsers from keeping the page for Back.
const holdBack = (event: BeforeUnloadEvent) => event.preventDefault()
for (const store of STORES)
  store.subscribe(() => {
    if (isKept()) addEventListener('beforeunload', holdBack)
    else removeEventListener('beforeunload', holdBack)
  })

const SHOWN_AT: [Path, () => boolean][] = [
  ['/account/security', () => keptCodes.get() !== undefined],
  ['/account/tokens', () => keptToken.get() !== undefined],
  ['/admin/clients/:id', () => keptClientSecret.get() !== undefined],
]

departure.demand = async () => {
  const shown = SHOWN_AT.some(([path, kept]) => path === place.get().path && kept())
  if (shown) await demandConfirmation({ ...t.leaving.page, otherwise: t.leaving.stay })
}

/** @throws Cancelled where somebody has not saved what the sign-out would take, and stays */
export async function demandSignOut(): Promise<void> {
  if (isKept()) await demandConfirmation({ ...t.leaving.session, otherwise: t.leaving.stay })
}
