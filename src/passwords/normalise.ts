/**
 * NFC, so that different keyboards give the same password (NIST SP 800-63B-4 3.1.1.2); no other
 * change (ASVS 6.2.8).
 */
export function normalisePassword(password: string): string {
  return password.normalize('NFC')
}
