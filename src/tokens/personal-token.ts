import { hash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const BASE = BigInt(ALPHABET.length)
const ID_LENGTH = 16
const SECRET_LENGTH = 43
const CHECKSUM_LENGTH = 6
const LENGTH = 'lk_pat_'.length + ID_LENGTH + 1 + SECRET_LENGTH + CHECKSUM_LENGTH

/** The pattern for secret scanners. */
export const PERSONAL_TOKEN = /^lk_pat_([0-9A-Za-z]{16})_[0-9A-Za-z]{49}$/

/** `lk_pat_<id>_<secret><checksum>` */
export function newPersonalToken(): { id: string; token: string; tokenHash: string } {
  const id = base62(randomBytes(16), ID_LENGTH)
  const body = `lk_pat_${id}_${base62(randomBytes(32), SECRET_LENGTH)}`
  const token = body + checksumOf(body)
  return { id, token, tokenHash: hashOf(token) }
}

/** Checks form and checksum, so that most invalid tokens need no query. */
export function idOf(token: string): string | undefined {
  if (token.length !== LENGTH) return undefined
  const [, id] = PERSONAL_TOKEN.exec(token) ?? []
  const end = LENGTH - CHECKSUM_LENGTH
  return checksumOf(token.slice(0, end)) === token.slice(end) ? id : undefined
}

/** Unchecked: only a cached token that matches as a whole gives it a meaning. */
export const presentedId = (token: string): string => token.slice('lk_pat_'.length, 'lk_pat_'.length + ID_LENGTH)

/** 256 random bits need no slow hash (ASVS 11.4.2; NIST SP 800-63B-4, 3.1.2.2). */
export const digestOf = (token: string): Buffer => hash('sha256', token, 'buffer')

export const hashOf = (token: string): string => digestOf(token).toString('hex')

function checksumOf(text: string) {
  let rest = crc32(text)
  let digits = ''
  for (let place = 0; place < CHECKSUM_LENGTH; place++) {
    digits = ALPHABET.charAt(rest % ALPHABET.length) + digits
    rest = Math.floor(rest / ALPHABET.length)
  }
  return digits
}

/** The last `length` digits of the number. */
function base62(bytes: Buffer, length: number) {
  let rest = BigInt(`0x${bytes.toString('hex')}`)
  let digits = ''
  for (let place = 0; place < length; place++) {
    digits = ALPHABET.charAt(Number(rest % BASE)) + digits
    rest /= BASE
  }
  return digits
}
