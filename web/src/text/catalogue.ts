import type { text as account } from './en/account.ts'
import type { text as admin } from './en/admin.ts'
import type { text as pages } from './en/pages.ts'

export type Text = typeof pages
export type AccountText = typeof account
export type AdminText = typeof admin

/** What is loaded of a language: `pages` at the start, the others with the pages that use them. */
export type Part = 'pages' | 'account' | 'admin'
