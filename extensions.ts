import type { Extensions } from './src/extensions.ts'

/** Your own routers, models and permissions, mounted beside Latchkey's (docs/extending.md). */
export const extensions: Extensions = {}
