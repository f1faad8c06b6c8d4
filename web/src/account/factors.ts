/** `GET /auth/factors`. */
export type Factors = {
  totp: { confirmedAt: string } | null
  passkeys: { id: string; name: string; createdAt: string; lastUsedAt: string | null; backedUp: boolean }[]
  recoveryCodesLeft: number
}

/** What each change of factors answers: with the first factor come recovery codes. */
export type FactorAnswer = { recoveryCodes?: string[] }

/** @param sentence what to say about it; empty where the codes say enough */
export type OnChanged = (sentence: string, answer: FactorAnswer) => void
