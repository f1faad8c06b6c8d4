import { createServer } from 'node:http'
import { ConfigurationError, type Env } from '../../configs/env.ts'
import type { Logger } from '../../configs/logger.ts'

const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/**
 * Serves `GET /metrics` on a port of its own, which only the monitoring should reach.
 * @throws ConfigurationError if the port cannot be used
 */
export async function serveMetrics(
  { METRICS_HOST, METRICS_PORT }: Pick<Env, 'METRICS_HOST' | 'METRICS_PORT'>,
  read: () => Promise<string>,
  logger: Logger,
): Promise<{ close(): Promise<void> }> {
  const server = createServer(async (req, res) => {
    if (req.method !== 'GET' || req.url !== '/metrics') return void res.writeHead(404).end()
    try {
      const text = await read()
      res.writeHead(200, { 'Content-Type': CONTENT_TYPE }).end(text)
    } catch (error) {
      logger.warn('the metrics could not be read', { kind: error instanceof Error ? error.name : typeof error })
      res.writeHead(503).end()
    }
  })
  await new Promise<void>((resolve, reject) => {
    const refuse = ({ code }: NodeJS.ErrnoException) =>
      reject(
        new ConfigurationError([
          `METRICS_PORT ${METRICS_PORT} on ${METRICS_HOST} cannot be used (${code}); set another one, or off`,
        ]),
      )
    server.once('error', refuse).listen({ port: METRICS_PORT, host: METRICS_HOST, exclusive: true }, resolve)
  })
  logger.info(`Metrics: http://${METRICS_HOST}:${METRICS_PORT}/metrics`)

  function close(): Promise<void> {
    server.closeAllConnections()
    return new Promise(resolve => server.close(() => resolve()))
  }
  return { close }
}
