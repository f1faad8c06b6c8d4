import apple from '../marks/apple.svg'
import github from '../marks/github.svg'
import gitlab from '../marks/gitlab.svg'
import google from '../marks/google.svg'
import microsoft from '../marks/microsoft.svg'

const MARKS: Record<string, string | undefined> = { apple, github, gitlab, google, microsoft }

/** The logo of a provider that the server has settings for; others have only their name. */
export function ProviderMark({ name }: { name: string }) {
  const mark = MARKS[name]
  return mark ? <img class={`provider-mark ${name}`} src={mark} alt="" width="20" height="20" /> : null
}
