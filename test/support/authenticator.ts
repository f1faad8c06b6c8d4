import {
  createHash,
  createPrivateKey,
  createPublicKey,
  createSign,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { isoCBOR } from '@simplewebauthn/server/helpers'

/** How an answer is to differ from a right one. */
export type Twist = {
  origin?: string
  rpId?: string
  userVerified?: boolean
  userPresent?: boolean
  counter?: number
  /** Sign with another key. */
  forged?: boolean
  userHandle?: string
  challenge?: string
  type?: string
}

type Options = { challenge: string; rp?: { id?: string }; user?: { id: string }; rpId?: string }

const FLAGS = { userPresent: 1, userVerified: 4, backupEligible: 8, backedUp: 16, attested: 64 }
const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest()
const base64url = (data: Uint8Array | string) => Buffer.from(data).toString('base64url')
const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })

/** A credential on paper: with it another process goes on where this one stopped. */
export type SavedCredential = { credentialId: string; privateKey: string; userHandle: string; counter: number }

/** An authenticator in software: one ES256 credential, discoverable, with a signature counter (WebAuthn Level 3, section 6). */
export class Authenticator {
  readonly credentialId: Buffer
  readonly #key: { privateKey: KeyObject; publicKey: KeyObject }
  readonly #origin: string
  #userHandle: string
  #counter: number
  readonly #step: number

  /**
   * @param counts 'up' for one that counts its signatures, 'never' for one that always says 0
   * @param saved of `save()`
   */
  constructor(origin: string, counts: 'up' | 'never' = 'up', saved?: SavedCredential) {
    this.#origin = origin
    this.#step = counts === 'up' ? 1 : 0
    this.credentialId = saved ? Buffer.from(saved.credentialId, 'base64url') : randomBytes(32)
    this.#key = saved ? keyFrom(saved.privateKey) : newKey()
    this.#userHandle = saved?.userHandle ?? ''
    this.#counter = saved?.counter ?? this.#step
  }

  save(): SavedCredential {
    const privateKey = this.#key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    return { credentialId: this.id, privateKey, userHandle: this.#userHandle, counter: this.#counter }
  }

  get id() {
    return base64url(this.credentialId)
  }

  /** Answers `navigator.credentials.create`. */
  create(options: Options, twist: Twist = {}) {
    this.#userHandle = options.user?.id ?? ''
    const credential = Buffer.concat([
      Buffer.alloc(16),
      lengthOf(this.credentialId),
      this.credentialId,
      this.#coseKey(),
    ])
    const data = this.#authenticatorData(twist, options.rp?.id ?? '', FLAGS.attested, credential)
    const attestation = new Map<string, unknown>([
      ['fmt', 'none'],
      ['attStmt', new Map()],
      ['authData', new Uint8Array(data)],
    ])
    return this.#answer({
      clientDataJSON: base64url(this.#clientData(options, 'webauthn.create', twist)),
      attestationObject: base64url(isoCBOR.encode(attestation as never)),
      transports: ['internal', 'hybrid'],
    })
  }

  /** Answers `navigator.credentials.get`. */
  get(options: Options, twist: Twist = {}) {
    this.#counter += this.#step
    const clientData = this.#clientData(options, 'webauthn.get', twist)
    const data = this.#authenticatorData(twist, options.rpId ?? '', 0, Buffer.alloc(0))
    const signed = Buffer.concat([data, sha256(clientData)])
    return this.#answer({
      clientDataJSON: base64url(clientData),
      authenticatorData: base64url(data),
      signature: base64url(sign(twist.forged ? newKey().privateKey : this.#key.privateKey, signed)),
      userHandle: twist.userHandle ?? (this.#userHandle || null),
    })
  }

  #answer<Response>(response: Response) {
    const { id } = this
    return {
      id,
      rawId: id,
      type: 'public-key',
      response,
      clientExtensionResults: {},
      authenticatorAttachment: 'platform',
    }
  }

  #clientData({ challenge }: Options, type: string, twist: Twist) {
    const origin = twist.origin ?? this.#origin
    return JSON.stringify({
      type: twist.type ?? type,
      challenge: twist.challenge ?? challenge,
      origin,
      crossOrigin: false,
    })
  }

  #authenticatorData(twist: Twist, rpId: string, flags: number, rest: Buffer) {
    const { userPresent = true, userVerified = true } = twist
    const all =
      flags | FLAGS.backupEligible | (userPresent ? FLAGS.userPresent : 0) | (userVerified ? FLAGS.userVerified : 0)
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(twist.counter ?? this.#counter)
    return Buffer.concat([sha256(twist.rpId ?? rpId), Buffer.from([all]), counter, rest])
  }

  #coseKey() {
    const { x = '', y = '' } = this.#key.publicKey.export({ format: 'jwk' })
    const coordinate = (value: string) => new Uint8Array(Buffer.from(value, 'base64url'))
    const key = new Map<number, unknown>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, coordinate(x)],
      [-3, coordinate(y)],
    ])
    return Buffer.from(isoCBOR.encode(key as never))
  }
}

const keyFrom = (pem: string) => ({ privateKey: createPrivateKey(pem), publicKey: createPublicKey(pem) })

const sign = (key: KeyObject, data: Buffer) => createSign('sha256').update(data).sign(key)

function lengthOf(bytes: Buffer) {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(bytes.length)
  return length
}
