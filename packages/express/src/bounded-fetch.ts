const TIMEOUT_MS = 5000
const MAX_BYTES = 256 * 1024

/** The login server cannot be used right now. The message names its origin, never a path or query. */
export class ProviderUnavailable extends Error {
  override readonly name = 'ProviderUnavailable'
  readonly hasAnswered: boolean

  constructor(
    url: string | URL,
    reason: string,
    { hasAnswered = true, cause }: { hasAnswered?: boolean; cause?: unknown } = {},
  ) {
    super(`${new URL(url).origin}: ${reason}`, { cause })
    this.hasAnswered = hasAnswered
  }
}

/**
 * `fetch` for the login server: 5 seconds and 256 kB for the whole response, and no redirect is followed.
 * @throws ProviderUnavailable, also for a status of 500 or more and 429
 */
export async function boundedFetch(url: string | URL, init: RequestInit = {}): Promise<Response> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS)
  const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout
  try {
    const response = await fetch(url, { ...init, redirect: 'manual', signal })
    const { status } = response
    if (status < 300 || (status >= 400 && status < 500 && status !== 429)) return await readWithin(response, url)
    await response.body?.cancel()
    throw new ProviderUnavailable(url, `status ${status}`)
  } catch (error) {
    if (error instanceof ProviderUnavailable) throw error
    const reason = signal.aborted ? 'no answer in time' : 'not reachable'
    throw new ProviderUnavailable(url, reason, { hasAnswered: false, cause: error })
  }
}

async function readWithin(response: Response, url: string | URL): Promise<Response> {
  const { status, statusText, headers, body } = response
  if (!body) return new Response(null, { status, statusText, headers })
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.byteLength
    if (size > MAX_BYTES) throw new ProviderUnavailable(url, 'response too large')
    chunks.push(chunk)
  }
  return new Response(Buffer.concat(chunks), { status, statusText, headers })
}
