import { link, open, rename } from 'node:fs/promises'
import path from 'node:path'

export const OWNER_ONLY = 0o600

export async function createPrivateFile(file: string): Promise<void> {
  await (await open(file, 'wx', OWNER_ONLY)).close()
}

/** Gives a finished draft its name. @throws EEXIST if the name is taken and `replace` is false */
export async function publishFile(draft: string, target: string, { replace }: { replace: boolean }): Promise<void> {
  // Unlike a rename, a link fails if the target exists.
  if (replace) await rename(draft, target)
  else await link(draft, target)
  await syncDirectory(path.dirname(target))
}

/** Flushes the content to disk. */
export const syncFile = (file: string): Promise<void> => sync(file, 'r+')

/** Flushes names to disk. */
export const syncDirectory = (directory: string): Promise<void> => sync(directory, 'r')

async function sync(place: string, flags: 'r' | 'r+'): Promise<void> {
  const handle = await open(place, flags)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** For names, in milliseconds, so that two restores in a row differ: `20261128T042500123Z`. */
export const stampOf = (date: Date): string => date.toISOString().replaceAll(/[-:.]/g, '')
