/**
 * NFC, so that one password typed on two keyboards is one password (NIST SP 800-63B-4 3.1.1.2). Nothing else of what was received is
 * changed (ASVS 6.2.8): NFKC, for one, would take the ligature 'ﬁ' for 'fi'.
 */
export function normalisePassword(password: string): string {
  return password.normalize('NFC')
}
