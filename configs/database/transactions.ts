import { AsyncLocalStorage } from 'node:async_hooks'
import { Sequelize, type Transaction } from 'sequelize'

/** Sequelize sets `transaction` to null when it is finished. */
type Context = Map<string, unknown>

const contexts = new AsyncLocalStorage<Context>()

// Queries within `sequelize.transaction(async () => …)` join it automatically.
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

export function currentTransaction(): Transaction | undefined {
  return (contexts.getStore()?.get('transaction') as Transaction | null | undefined) ?? undefined
}

export function withinTransaction<Result>(sequelize: Sequelize, work: () => Promise<Result>): Promise<Result> {
  return currentTransaction() ? work() : sequelize.transaction(work)
}

/** At once without a transaction, never after a rollback. The work must not throw. */
export function afterCommit(work: () => void) {
  const transaction = currentTransaction()
  if (transaction) transaction.afterCommit(work)
  else work()
}
