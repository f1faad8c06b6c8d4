import { createClient, createSentinel } from 'redis'
import { seconds } from '../src/durations.ts'
import { reasonOf } from '../src/error-code.ts'
import { DatabaseUnavailable } from './database.ts'
import { readSentinelUrl } from './env/sentinel-url.ts'
import type { Env } from './env.ts'
import type { Logger } from './logger.ts'

const ANSWER_WITHIN = seconds(2)
const PING_EVERY = 500

type Script = { keys: string[]; arguments: string[] }

/** Each command fails if there is no answer within two seconds. */
export type Redis = {
  /** Begins every key and channel. */
  prefix: string
  mGet(keys: string[]): Promise<(string | null)[]>
  del(keys: string | string[]): Promise<number>
  ping(): Promise<unknown>
  /** Runs a Lua script, which is atomic. */
  eval: (script: string, options: Script) => Promise<unknown>
  /** Subscribed again after each reconnection; what was published in between is missed. */
  subscribe(channel: string, listener: (message: string) => void): Promise<void>
  /** Never rejects. */
  close(): Promise<void>
}

/** What the clients of a server and of Sentinel have in common. */
type Client = Omit<Redis, 'prefix'> & {
  on(event: 'error', listener: (error: unknown) => void): unknown
  connect(): Promise<unknown>
  destroy(): void | Promise<void>
}

/**
 * Connects to the server of REDIS_URL, or to the one that Sentinel names, and again whenever it stops answering.
 * @throws DatabaseUnavailable with a sentence for the operator
 */
export async function connectRedis({ REDIS_URL, REDIS_PREFIX }: Env, logger: Logger): Promise<Redis> {
  const subscriptions = new Map<string, (message: string) => void>()
  let client: Client | undefined
  let isLost = false
  let isBeating = false

  try {
    client = await connect()
  } catch (cause) {
    throw new DatabaseUnavailable(
      `The Redis server of REDIS_URL does not answer (${reasonOf(cause)}). Start it, or correct REDIS_URL.`,
      { cause },
    )
  }
  const heartbeat = setInterval(beat, PING_EVERY).unref()

  async function connect(): Promise<Client> {
    const opened = clientOf(REDIS_URL)
    // The heartbeat notices each loss.
    opened.on('error', ignore)
    try {
      await answered(opened.connect())
      for (const [channel, listener] of subscriptions) await answered(opened.subscribe(channel, listener))
      return opened
    } catch (error) {
      await drop(opened)
      throw error
    }
  }

  async function beat() {
    if (isBeating) return
    isBeating = true
    try {
      client ??= await connect()
      await answered(client.ping())
      if (isLost) logger.info('Redis is back')
      isLost = false
    } catch (error) {
      await lose(error)
    } finally {
      isBeating = false
    }
  }

  async function lose(error: unknown) {
    const lost = client
    client = undefined
    if (lost) await drop(lost)
    if (!isLost) logger.error('Redis does not answer', { reason: reasonOf(error) })
    isLost = true
  }

  async function send<T>(command: (connected: Client) => Promise<T>): Promise<T> {
    if (!client) throw new Error('Redis is not connected')
    return await answered(command(client))
  }

  return {
    prefix: REDIS_PREFIX,
    mGet: keys => send(connected => connected.mGet(keys)),
    del: keys => send(connected => connected.del(keys)),
    ping: () => send(connected => connected.ping()),
    eval: (script, options) => send(connected => connected.eval(script, options)),
    subscribe: async (channel, listener) => {
      subscriptions.set(channel, listener)
      await send(connected => connected.subscribe(channel, listener))
    },
    close: async () => {
      clearInterval(heartbeat)
      const closing = client
      client = undefined
      if (closing) await drop(closing)
    },
  }
}

function clientOf(url: string): Client {
  const settings = { disableOfflineQueue: true } as const
  const socket = { reconnectStrategy: false, connectTimeout: ANSWER_WITHIN } as const
  const sentinels = readSentinelUrl(url)
  if (!sentinels) return createClient({ url, ...settings, socket }) as unknown as Client
  const { username, password, database } = sentinels
  const secured = { ...socket, ...(sentinels.tls && { tls: true as const }) }
  return createSentinel({
    name: sentinels.master,
    sentinelRootNodes: sentinels.nodes,
    sentinelClientOptions: { ...settings, socket: secured },
    nodeClientOptions: {
      ...settings,
      ...(username && { username }),
      ...(password && { password }),
      database,
      socket: secured,
    },
    // Without one, each command waits for the one before it.
    reserveClient: true,
    maxCommandRediscovers: 1,
  }) as unknown as Client
}

async function answered<T>(work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => late.reject(new Error(`Redis gave no answer within ${ANSWER_WITHIN} ms`)),
    ANSWER_WITHIN,
  )
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

async function drop(client: Client) {
  try {
    await client.destroy()
  } catch {
    // It was closed already.
  }
}

function ignore() {}
