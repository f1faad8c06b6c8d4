/** Classes of colors in styles/parts.css. */
const HUES = 6

type AvatarProps = { id: string; name: string; size?: 'small' | 'large' }

/** A circle with the initials of a user or an application; its color follows from the id, so it stays when the name changes. */
export function Avatar({ id, name, size = 'small' }: AvatarProps) {
  const hue = [...id].reduce((sum, character) => sum + (character.codePointAt(0) ?? 0), 0) % HUES
  return (
    <span class={`avatar ${size} hue${hue}`} aria-hidden="true">
      {initialsOf(name)}
    </span>
  )
}

/** Of the first and the last word, as people are listed. */
function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/)
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words
  return ends.map(word => [...(word ?? '')][0]?.toUpperCase() ?? '').join('')
}
