/** The database that a backup replaces. */
export type Place = {
  /** For messages. */
  name: string
  /** @throws DatabaseInUse if another process has it open */
  demandUnused(): Promise<void>
  /** Loads a backup beside it. */
  load(backup: string): Promise<Scratch>
}

/** A loaded backup, to be opened as DATABASE_URL. */
export type Scratch = {
  url: string
  /** @throws DatabaseInUse */
  putInPlace(): Promise<Replaced>
  /** Does nothing once it is in place. */
  discard(): Promise<void>
}

export type Replaced = {
  /** Where the replaced database is now; undefined if there was none. */
  kept: string | undefined
  /** Settings of the replaced database that a backup does not hold. */
  notCopied: string[]
}

export class DatabaseInUse extends Error {
  override readonly name = 'DatabaseInUse'
}
