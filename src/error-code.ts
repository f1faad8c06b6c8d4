/** @returns code or message of an error, for an operator */
export function reasonOf(error: unknown): string {
  return codeOf(error) ?? (error instanceof Error ? error.message : 'unknown')
}

/** @returns the code of an error of Node, SQLite or PostgreSQL, such as `EEXIST` */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}
