import { randomBytes } from 'node:crypto'
import { RecoveryCode } from '../../models/recovery-code.ts'
import { hashOfSecret } from '../encryption/one-way.ts'

const CODES = 10
/** 120 bits: enough for a plain hash at rest (ASVS 6.5.2 asks for 112), and a multiple of base32's five. */
const CODE_BYTES = 15
/** Crockford's: no I, L, O or U, so that a code can be read out and copied by hand. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const GROUP = /.{4}(?!$)/g

/**
 * Voids all recovery codes of a user and creates new ones.
 * @returns the codes; they are shown now and never again
 */
export async function replaceRecoveryCodes(userId: string): Promise<string[]> {
  await RecoveryCode.destroy({ where: { userId } })
  return createCodes(userId, { pending: false })
}

/**
 * Creates codes that open nothing until they are confirmed; earlier ones that wait for that are void.
 * @returns the codes; they are shown now and never again
 */
export async function offerRecoveryCodes(userId: string): Promise<string[]> {
  await RecoveryCode.destroy({ where: { userId, pending: true } })
  return createCodes(userId, { pending: true })
}

/**
 * Puts the offered codes in place of all others.
 * @param code one of them, so that nobody confirms codes that were offered to somebody else
 * @returns whether the code is among those offered
 */
export async function confirmRecoveryCodes(userId: string, code: string): Promise<boolean> {
  const offered = await RecoveryCode.count({ where: { userId, codeHash: hashOf(code), pending: true } })
  if (offered === 0) return false
  await RecoveryCode.destroy({ where: { userId, pending: false } })
  await RecoveryCode.update({ pending: false }, { where: { userId, pending: true } })
  return true
}

async function createCodes(userId: string, { pending }: { pending: boolean }) {
  const codes = Array.from({ length: CODES }, () => encode(randomBytes(CODE_BYTES)))
  await RecoveryCode.bulkCreate(codes.map(code => ({ userId, codeHash: hashOf(code), pending })))
  return codes
}

export function removeRecoveryCodes(userId: string) {
  return RecoveryCode.destroy({ where: { userId } })
}

/**
 * Uses a code up: of parallel tries one succeeds, because the claim is one UPDATE (ASVS 6.5.1).
 * @returns how many are left, or undefined for a wrong or used code
 */
export async function useRecoveryCode(userId: string, code: string): Promise<number | undefined> {
  const [used] = await RecoveryCode.update(
    { usedAt: new Date() },
    { where: { userId, codeHash: hashOf(code), usedAt: null, pending: false } },
  )
  return used === 1 ? RecoveryCode.count({ where: { userId, usedAt: null, pending: false } }) : undefined
}

const hashOf = (code: string) => hashOfSecret(canonicalCode(code))

/** As typed from paper: case, spaces and dashes do not matter, O is 0, I and L are 1. */
function canonicalCode(code: string) {
  return code.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1')
}

function encode(bytes: Buffer) {
  const bits = [...bytes].map(byte => byte.toString(2).padStart(8, '0')).join('')
  const digits = bits.replaceAll(/.{5}/g, five => ALPHABET.charAt(Number.parseInt(five, 2)))
  return digits.replaceAll(GROUP, group => `${group}-`)
}
