import { UniqueConstraintError } from 'sequelize'

/** @param write a write of a unique value\n@throws `taken()` if another row has the value */
export async function unlessTaken<Result>(write: Promise<Result>, taken: () => Error): Promise<Result> {
  try {
    return await write
  } catch (error) {
    throw error instanceof UniqueConstraintError ? taken() : error
  }
}
