/** `GET /auth/factors`. */
export type Factors = {
  totp: { confirmedAt: string } | null
  passkeys: { id: string; name: string; createdAt: string; lastUsedAt: string | null; backedUp: boolean }[]
  recoveryCodesLeft: number
  password: boolean
}

/** What each change of factors answers: with the first factor come recovery codes. `ended` counts other sessions. */
export type FactorAnswer = { recoveryCodes?: string[]; ended: number }

/** @param say what happened, in the language that is shown then */
export type OnChanged = (say: () => string, answer: FactorAnswer) => void
