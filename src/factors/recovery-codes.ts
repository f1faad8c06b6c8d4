import { randomBytes } from 'node:crypto'
import { RecoveryCode } from '../../models/recovery-code.ts'
import { hashOfSecret } from '../encryption/one-way.ts'

const CODES = 10
/** 120 bits, so a fast hash is enough (ASVS 6.5.2 asks for 112). */
const CODE_BYTES = 15
/** Crockford base32: no I, L, O or U. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const GROUP = /.{4}(?!$)/g

export async function replaceRecoveryCodes(userId: string): Promise<string[]> {
  await RecoveryCode.destroy({ where: { userId } })
  return createCodes(userId, { pending: false })
}

export async function offerRecoveryCodes(userId: string): Promise<string[]> {
  await RecoveryCode.destroy({ where: { userId, pending: true } })
  return createCodes(userId, { pending: true })
}

/** @param code one of the offered codes, so that nobody confirms codes offered to someone else */
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

/** One UPDATE lets one of parallel attempts succeed (ASVS 6.5.1). @returns how many are left */
export async function useRecoveryCode(userId: string, code: string): Promise<number | undefined> {
  const [used] = await RecoveryCode.update(
    { usedAt: new Date() },
    { where: { userId, codeHash: hashOf(code), usedAt: null, pending: false } },
  )
  return used === 1 ? RecoveryCode.count({ where: { userId, usedAt: null, pending: false } }) : undefined
}

const hashOf = (code: string) => hashOfSecret(canonicalCode(code))

/** Ignores case, spaces and dashes; reads O as 0, I and L as 1. */
function canonicalCode(code: string) {
  return code.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1')
}

function encode(bytes: Buffer) {
  const bits = [...bytes].map(byte => byte.toString(2).padStart(8, '0')).join('')
  const digits = bits.replaceAll(/.{5}/g, five => ALPHABET.charAt(Number.parseInt(five, 2)))
  return digits.replaceAll(GROUP, group => `${group}-`)
}
