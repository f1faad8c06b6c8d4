import type { Client as OidcClient } from 'oidc-provider'
import { z } from 'zod'

/** The ID of an application that only a document describes: the document's address, at most as long as the columns. */
export const DocumentIdSchema = z
  .string()
  .max(255, 'Use at most 255 characters.')
  .regex(/^https:\/\/[\x21-\x5b\x5d-\x7e]+$/, 'Use an https URL.')

/** @returns where the application comes from; null for a registered one, whose ID has no colon */
export function hostOf(clientId: string): string | null {
  return URL.parse(clientId)?.host || null
}

/** What a user sees of an application. */
export function describeClient({ clientId, clientName }: OidcClient) {
  return { id: clientId, name: clientName ?? clientId, host: hostOf(clientId) }
}
