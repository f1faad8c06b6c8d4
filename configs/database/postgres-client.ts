import { Socket } from 'node:net'
import { Client, type ClientConfig } from 'pg'
import { minutes, seconds } from '../../src/durations.ts'

const CONNECTION_AGE_AT_MOST = minutes(5)
const RENEW_EVERY = seconds(1)
/** `read_only_sql_transaction`: a connection keeps its initial `default_transaction_read_only`. */
const READ_ONLY = '25006'

export type PooledClient = Client & { readonly isUsable: boolean }

/**
 * pg has no timeout for a silent server, and Sequelize returns broken connections to the pool.
 * @param silentAtMost ms until a silent connection counts as dead; 0 disables it
 * @returns `Client`, and `renew`, which retires the current connections
 */
export function createClientClass({ silentAtMost }: { silentAtMost: () => number }) {
  let renewedAt = Number.NEGATIVE_INFINITY

  function renew() {
    // At most one renewal per interval, even if every write is refused.
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
      // Before Sequelize listens, an error with the greeting would end the process.
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
