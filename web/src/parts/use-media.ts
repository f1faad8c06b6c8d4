import { useEffect, useState } from 'preact/hooks'

/** Whether the window matches a media query, also after it was resized or turned. */
export function useMedia(condition: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(condition).matches)
  useEffect(() => {
    const query = matchMedia(condition)
    const update = () => setMatches(query.matches)
    query.addEventListener('change', update)
    return () => query.removeEventListener('change', update)
  }, [condition])
  return matches
}
