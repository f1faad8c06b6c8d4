import sqlite3 from 'sqlite3'

type Ask = <Row>(sql: string, ...values: string[]) => Promise<Row[]>

export class FileInUse extends Error {
  override readonly name = 'FileInUse'
}

export class DamagedFile extends Error {
  override readonly name = 'DamagedFile'
  readonly file: string
  readonly what: string

  constructor(file: string, what: string) {
    super(`${file} is damaged, or no database of Latchkey: ${what}`)
    this.file = file
    this.what = what
  }
}

/** Works on its own connection. @throws FileInUse, DamagedFile */
export async function withFile<Result>(
  file: string,
  { write }: { write: boolean },
  work: (ask: Ask) => Promise<Result>,
): Promise<Result> {
  const connection = await open(file, write ? sqlite3.OPEN_READWRITE : sqlite3.OPEN_READONLY)
  const ask: Ask = (sql, ...values) =>
    new Promise((resolve, reject) => {
      connection.all(sql, values, (error: Error | null, rows) =>
        error ? reject(named(error, file)) : resolve(rows as never),
      )
    })
  try {
    return await work(ask)
  } finally {
    await new Promise<void>(resolve => connection.close(() => resolve()))
  }
}

function open(file: string, mode: number) {
  return new Promise<sqlite3.Database>((resolve, reject) => {
    const connection: sqlite3.Database = new sqlite3.Database(file, mode, error =>
      error ? reject(named(error, file)) : resolve(connection),
    )
  })
}

function named(error: Error & { code?: string }, file: string) {
  if (error.code === 'SQLITE_BUSY' || error.code === 'SQLITE_LOCKED') return new FileInUse(error.message)
  if (error.code === 'SQLITE_CORRUPT' || error.code === 'SQLITE_NOTADB') return new DamagedFile(file, error.message)
  return error
}
