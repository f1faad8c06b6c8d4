/** A part of a JWT: JSON, or text as it is, in base64url. */
export function part(value: unknown) {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
}
