import { z } from 'zod'

/** A path of the application, so that nobody is sent to another host (ASVS 3.7.2). */
export const ReturnPath = z
  .string()
  .max(4000)
  .regex(/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/, 'Use a path of the application, such as /graph.')
  .meta({ description: 'Path and query to go back to.', example: '/graph' })
