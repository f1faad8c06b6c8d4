/** Sentences by a name that the server gives; what is missing here is shown as the server says it, in English. */
export type ByCode = Record<string, string | undefined>
