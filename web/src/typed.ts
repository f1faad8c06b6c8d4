import { createStore } from './store.ts'

/** The email or username that somebody typed last in this tab: other forms start with it, so that nobody types it twice. */
export const typedIdentifier = createStore('')

export const typedEmail = () => (typedIdentifier.get().includes('@') ? typedIdentifier.get() : '')
