import { connect } from 'node:net'
import { seconds } from '../../src/durations.ts'

const PATIENCE = seconds(30)

/** An answer as it came over the wire; header names in lower case. */
export type RawAnswer = { status: number; headers: Record<string, string>; body: unknown; text: string }

/**
 * Writes bytes to the server past any HTTP client and reads until the server closes; ask for `Connection: close`.
 * @returns status 0 where the server closed without an answer
 */
export const sendRaw = async (port: number, bytes: string): Promise<RawAnswer> => parse(await converse(port, bytes))

function converse(port: number, bytes: string) {
  return new Promise<string>((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes, 'latin1'))
    socket.setTimeout(PATIENCE, () => socket.destroy(new Error('the server neither answers nor closes')))
    socket.on('data', chunk => chunks.push(chunk)).on('error', reject)
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('utf8')))
  })
}

function parse(text: string): RawAnswer {
  const end = text.indexOf('\r\n\r\n')
  const [statusLine = '', ...lines] = text.slice(0, end < 0 ? undefined : end).split('\r\n')
  const headers = Object.fromEntries(
    lines.map(line => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  )
  const body = end < 0 ? '' : text.slice(end + 4)
  return {
    status: Number(statusLine.split(' ')[1] ?? 0),
    headers,
    body: body && headers['content-type']?.includes('json') ? JSON.parse(body) : body,
    text,
  }
}

/** A request's head, with the lines that every one needs. */
export function head(method: string, target: string, ...lines: string[]) {
  return `${[`${method} ${target} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...lines].join('\r\n')}\r\n\r\n`
}
