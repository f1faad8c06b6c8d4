import { createHash } from 'node:crypto'

/** @param line that ends with the token: the value of the Authorization header, or the whole header */
export function hashOfBearer(line: string): string {
  const token = line.slice(line.lastIndexOf(' ') + 1)
  return createHash('sha256').update(token).digest('hex')
}
