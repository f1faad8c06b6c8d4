/** What an application may do lasts no longer than the session. */
export function grantIdOf(sessionId: string, clientId: string): string {
  return `${sessionId}:${clientId}`
}
