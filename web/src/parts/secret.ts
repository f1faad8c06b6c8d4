import { useEffect, useState } from 'preact/hooks'

/** Takes the secret of a link out of the address, where it would be seen, kept in the history and copied along. */
const takeSecret = (): string => {
  const secret = location.hash.slice(1)
  if (secret) history.replaceState(null, '', location.pathname + location.search)
  return secret
}

/** The secret behind the `#` of the link; empty where there is none. It never reaches a server but in the body of a request. */
export const useSecret = (): string => {
  const [secret, setSecret] = useState(takeSecret)
  useEffect(() => {
    // Another link that is opened in this tab loads nothing anew.
    const again = () => setSecret(before => takeSecret() || before)
    addEventListener('hashchange', again)
    return () => removeEventListener('hashchange', again)
  }, [])
  return secret
}
