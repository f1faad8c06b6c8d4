import { seconds } from '../durations.ts'

const TIMEOUT = seconds(5)
const MAX_BYTES = 64 * 1024

type Reason = 'timeout' | 'unreachable' | 'redirect' | 'too large' | 'status' | 'malformed'

/** Another login server cannot be used right now. The message names its origin and the reason, never a path or query. */
export class ProviderUnavailable extends Error {
  readonly reason: Reason

  constructor(url: string | URL, reason: Reason, cause?: unknown) {
    super(`${new URL(url).origin}: ${reason}`, { cause })
    this.reason = reason
  }
}

/**
 * `fetch` for other login servers: 5 seconds and 64 kB (decompressed) for the whole response, and no redirect is followed.
 * @returns a response of any other status, its body read
 * @throws ProviderUnavailable
 */
export async function boundedFetch(url: string | URL, init: RequestInit = {}): Promise<Response> {
  const timeout = AbortSignal.timeout(TIMEOUT)
  const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout
  try {
    const response = await fetch(url, { ...init, redirect: 'manual', signal })
    if (isRedirect(response)) {
      await response.body?.cancel()
      throw new ProviderUnavailable(url, 'redirect')
    }
    return await readWithin(MAX_BYTES, response, url)
  } catch (error) {
    if (error instanceof ProviderUnavailable) throw error
    throw new ProviderUnavailable(url, signal.aborted ? 'timeout' : 'unreachable', error)
  }
}

function isRedirect({ status, type }: Response): boolean {
  return type === 'opaqueredirect' || (status >= 300 && status < 400)
}

async function readWithin(limit: number, response: Response, url: string | URL): Promise<Response> {
  const { status, statusText, headers } = response
  if (!response.body) return new Response(null, { status, statusText, headers })
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body) {
    size += chunk.byteLength
    if (size > limit) throw new ProviderUnavailable(url, 'too large')
    chunks.push(chunk)
  }
  return new Response(Buffer.concat(chunks), { status, statusText, headers })
}
