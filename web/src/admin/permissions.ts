import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import { site } from '../site.ts'

/** What the signed-in user may do in the administration. */
export const Permissions = createContext<string[]>([])

/** Whether to offer what needs this permission; the server decides. */
export const useMay = (permission: string) => useContext(Permissions).includes(permission)

export const useMayInvite = () => useMay('users:write') && site.registration !== 'closed'
