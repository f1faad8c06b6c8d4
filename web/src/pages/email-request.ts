import { call } from '../api.ts'

export type EmailRequest = { email: string; rememberMe: boolean }

/** Asks for an email with a link and a code. The answer is the same for every address. */
export const requestEmail = (request: EmailRequest) => call('POST', '/auth/login/email', request)
