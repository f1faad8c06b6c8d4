import { Socket } from 'node:net'
import { Client, type ClientConfig } from 'pg'
import { minutes, seconds } from '../../src/durations.ts'

const CONNECTION_AGE_AT_MOST = minutes(5)
const RENEW_EVERY = seconds(1)
/** `read_only_sql_transaction`: a connection keeps the `default_transaction_read_only` that it was opened with. */
const READ_ONLY = '25006'

/** A connection of the pool. */
export type PooledClient = Client & { readonly isUsable: boolean }

/**
 * Makes the class of a pool's connections. pg's own has no limit for a server that accepts and says nothing, and Sequelize puts a connection
 * back that cannot be used any more.
 * @param silentAtMost ms after which a connection is dead on which nothing comes or goes; 0 for never. It holds for those opened then
 * @returns `Client`, and `renew`, after which no connection that is open now is used again
 */
export function createClientClass({ silentAtMost }: { silentAtMost: () => number }) {
  let renewedAt = Number.NEGATIVE_INFINITY

  function renew() {
    // Where every write is refused, a new pool for each of them would be one fault more.
    if (performance.now() - renewedAt > RENEW_EVERY) renewedAt = performance.now()
  }

  class WatchedClient extends Client {
    readonly #openedAt = performance.now()
    readonly #silentAtMost = silentAtMost()
    #isBroken = false

    constructor(config: ClientConfig) {
      const socket = new Socket()
      super({ ...config, stream: () => socket })
      socket.setTimeout(this.#silentAtMost, () =>
        socket.destroy(new Error(`PostgreSQL was silent for ${this.#silentAtMost} ms`)),
      )
      // Sequelize listens only once it is connected: an error that came together with the greeting would end the process.
      this.on('error', () => {
        this.#isBroken = true
      })
      this.connection.on('errorMessage', ({ code }: { code?: string }) => {
        if (code === READ_ONLY) renew()
      })
    }

    get isUsable() {
      const age = performance.now() - this.#openedAt
      const isCurrent = this.#openedAt > renewedAt && this.#silentAtMost === silentAtMost()
      return !this.#isBroken && isCurrent && age < CONNECTION_AGE_AT_MOST
    }
  }

  return { Client: WatchedClient, renew }
}
