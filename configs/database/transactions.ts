import { AsyncLocalStorage } from 'node:async_hooks'
import { Sequelize, type Transaction } from 'sequelize'

/** What Sequelize keeps for one transaction: under `transaction` the transaction itself, and null once it is finished. */
type Context = Map<string, unknown>

const contexts = new AsyncLocalStorage<Context>()

// Every query below `sequelize.transaction(async () => …)` belongs to that transaction without naming it.
Sequelize.useCLS({
  run(work: (context: Context) => unknown) {
    if (currentTransaction()) throw new Error('A transaction is already open; call withinTransaction to join it.')
    const context: Context = new Map()
    contexts.run(context, () => work(context))
  },
  get: (key: string) => contexts.getStore()?.get(key),
  set: (key: string, value: unknown) => contexts.getStore()?.set(key, value),
  bind: (work: unknown) => work,
})

/** @returns the open transaction of the calling code, if there is one */
export function currentTransaction(): Transaction | undefined {
  return (contexts.getStore()?.get('transaction') as Transaction | null | undefined) ?? undefined
}

/** Runs work in the transaction that is open, or in a new one. */
export function withinTransaction<Result>(sequelize: Sequelize, work: () => Promise<Result>): Promise<Result> {
  return currentTransaction() ? work() : sequelize.transaction(work)
}

/**
 * Runs work once the open transaction is committed, and at once where there is none; not after a rollback. A COMMIT whose outcome is
 * unknown counts as made. The work must not throw.
 */
export function afterCommit(work: () => void) {
  const transaction = currentTransaction()
  if (transaction) transaction.afterCommit(work)
  else work()
}
