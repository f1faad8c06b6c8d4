import { Socket } from 'node:net'
import { Client, type ClientConfig } from 'pg'
import { minutes, seconds } from '../../src/durations.ts'

const CONNECTION_AGE_AT_MOST = minutes(5)
const RENEW_EVERY = seconds(1)
/** `read_only_sql_transaction`: a connection keeps its initial `default_transaction_read_only`. */
const READ_ONLY = '25006'

export type PooledClient = Client & { readonly isUsable: boolean }

type Options = {
  /** In ms, until a silent connection counts as dead; 0 disables it. */
  silentAtMost: () => number
  /** A connection broke, or its server takes no writes. */
  onDoubt: () => void
}

/**
 * pg has no timeout for a silent server, and Sequelize returns broken connections to the pool.
 * @returns `Client`; `retire`, which ends the use of the current connections; and `renew`, which does so at most once a second
 */
export function createClientClass({ silentAtMost, onDoubt }: Options) {
  let retiredAt = Number.NEGATIVE_INFINITY

  function retire() {
    retiredAt = performance.now()
  }

  function renew() {
    // Even if every write is refused.
    if (performance.now() - retiredAt > RENEW_EVERY) retire()
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
      socket.on('close', hadError => {
        if (hadError) onDoubt()
      })
      // Before Sequelize listens, an error with the greeting would end the process.
      this.on('error', () => {
        this.#isBroken = true
        onDoubt()
      })
      this.connection.on('errorMessage', ({ code }: { code?: string }) => {
        if (code !== READ_ONLY) return
        onDoubt()
        renew()
      })
    }

    get isUsable() {
      const age = performance.now() - this.#openedAt
      const isCurrent = this.#openedAt > retiredAt && this.#silentAtMost === silentAtMost()
      return !this.#isBroken && isCurrent && age < CONNECTION_AGE_AT_MOST
    }
  }

  return { Client: WatchedClient, retire, renew }
}
