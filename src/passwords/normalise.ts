/** Only NFC (NIST SP 800-63B-4 3.1.1.2, ASVS 6.2.8). */
export function normalisePassword(password: string): string {
  return password.normalize('NFC')
}
