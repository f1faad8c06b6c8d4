import { createServer } from 'node:http'
import bcrypt from 'bcrypt'

/** The yardstick for logins: `bcrypt.compare` and nothing else. GET /run?compares=80&concurrency=20 answers the rate. */
const hash = await bcrypt.hash('right', Number(process.env.BCRYPT_COST))

async function compareInTurn(compares: number): Promise<void> {
  for (let done = 0; done < compares; done++) await bcrypt.compare('wrong', hash)
}

async function rate(compares: number, concurrency: number): Promise<number> {
  const started = performance.now()
  await Promise.all(Array.from({ length: concurrency }, () => compareInTurn(compares / concurrency)))
  return compares / ((performance.now() - started) / 1_000)
}

createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
  if (pathname !== '/run') return response.end('{}')
  const perSecond = await rate(Number(searchParams.get('compares')), Number(searchParams.get('concurrency')))
  response.end(JSON.stringify({ perSecond }))
}).listen(Number(process.env.PORT), '127.0.0.1')
