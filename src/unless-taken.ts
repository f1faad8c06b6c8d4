import { UniqueConstraintError } from 'sequelize'

/** Maps a violated unique constraint to an error. @throws `taken()` */
export async function unlessTaken<Result>(write: Promise<Result>, taken: () => Error): Promise<Result> {
  try {
    return await write
  } catch (error) {
    throw error instanceof UniqueConstraintError ? taken() : error
  }
}
