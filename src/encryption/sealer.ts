import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto'

const FORM = 'v1'
const IV_BYTES = 12
const TAG_BYTES = 16

/** For secrets that must be read again, such as TOTP seeds and emails (ASVS 11.3.2). */
export type Sealer = {
  readonly keyIds: string[]
  /** @param context purpose and owner, such as `totp:<user id>`; the text opens only there */
  seal(text: string, context: string): string
  /** `outdated` texts should be resealed. @throws CannotOpen, UnknownKey */
  open(sealed: string, context: string): { text: string; outdated: boolean }
  /** Keyed hash; pass `keyId` to verify an earlier one. @throws UnknownKey */
  mac(text: string, keyId?: string): { mac: string; keyId: string }
}

export class CannotOpen extends Error {
  override readonly name: string = 'CannotOpen'
}

export class UnknownKey extends CannotOpen {
  override readonly name = 'UnknownKey'
  readonly keyId: string

  constructor(keyId: string) {
    super(`ENCRYPTION_KEYS lacks the key with the id ${keyId}: add it at the end of the list and restart`)
    this.keyId = keyId
  }
}

type Key = { id: string; encryption: Buffer; mac: Buffer }

/** AES-256-GCM with keys derived by HKDF-SHA-256. @param secrets the first seals, all open */
export function createSealer(secrets: string[]): Sealer {
  const keys = secrets.map(keyOf)
  const [newest] = keys
  if (!newest) throw new Error('there is no encryption key')
  function keyNamed(id: string | undefined) {
    const key = keys.find(each => each.id === id)
    if (!key) throw new UnknownKey(printable(id))
    return key
  }

  return {
    keyIds: keys.map(({ id }) => id),
    seal: (text, context) => {
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', newest.encryption, iv, { authTagLength: TAG_BYTES })
      cipher.setAAD(Buffer.from(context))
      const sealed = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return [FORM, newest.id, sealed.toString('base64url')].join('.')
    },
    open: (sealed, context) => {
      const [form, id, body = ''] = sealed.split('.')
      if (form !== FORM) throw new CannotOpen('this is no sealed text')
      const key = keyNamed(id)
      return { text: opened(key, Buffer.from(body, 'base64url'), context), outdated: key !== newest }
    },
    mac: (text, keyId = newest.id) => ({
      mac: createHmac('sha256', keyNamed(keyId).mac).update(text).digest('base64url'),
      keyId,
    }),
  }
}

export function encryptionKeyId(secret: string) {
  return createHash('sha256').update(`latchkey encryption key id\n${secret}`).digest('base64url').slice(0, 8)
}

/** The id comes from the database and goes into the log. */
const printable = (id = '') => id.replaceAll(/[^\w-]/g, '?').slice(0, 8)

function keyOf(secret: string): Key {
  return {
    id: encryptionKeyId(secret),
    encryption: Buffer.from(hkdfSync('sha256', secret, '', 'latchkey encryption', 32)),
    mac: Buffer.from(hkdfSync('sha256', secret, '', 'latchkey mac', 32)),
  }
}

function opened(key: Key, body: Buffer, context: string): string {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key.encryption, body.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    })
    decipher.setAAD(Buffer.from(context)).setAuthTag(body.subarray(-TAG_BYTES))
    return decipher.update(body.subarray(IV_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
  } catch (cause) {
    throw new CannotOpen('the sealed text was changed, or sealed for something else', { cause })
  }
}
