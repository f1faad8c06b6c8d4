import { request } from 'node:http'

/** `fetch` without the headers that Node's own adds: it says of each request that a script sent it. */
export function fetchByHttp(
  url: Parameters<typeof fetch>[0],
  { method = 'GET', headers, body }: RequestInit = {},
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const sent = request(
      String(url),
      { method, headers: { ...(headers as Record<string, string>) } },
      async received => {
        const chunks: Buffer[] = []
        for await (const chunk of received) chunks.push(chunk)
        const { statusCode: status = 500, rawHeaders } = received
        const pairs = rawHeaders.flatMap((name, index) => (index % 2 ? [] : [[name, rawHeaders[index + 1] ?? '']]))
        const content = [204, 304].includes(status) ? null : Buffer.concat(chunks)
        resolve(new Response(content, { status, headers: pairs as [string, string][] }))
      },
    )
    sent.on('error', reject)
    sent.end(typeof body === 'string' ? body : undefined)
  })
}
