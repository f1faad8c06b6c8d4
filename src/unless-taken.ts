import { UniqueConstraintError } from 'sequelize'

/**
 * @param write an insert or update of a unique value
 * @returns its result
 * @throws `taken()` where another row has the value
 */
export async function unlessTaken<Result>(write: Promise<Result>, taken: () => Error): Promise<Result> {
  try {
    return await write
  } catch (error) {
    throw error instanceof UniqueConstraintError ? taken() : error
  }
}
