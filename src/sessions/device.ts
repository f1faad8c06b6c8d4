import Bowser from 'bowser'

/** What a person recognises a device by, such as `Firefox on Linux`; a program is shown by the first word of its user agent. */
export const deviceOf = (userAgent: string | null): string => {
  if (!userAgent) return 'Unknown device'
  const { browser, os } = Bowser.parse(userAgent)
  if (!browser.name || !os.name) return userAgent.split(/[\s/]/, 1)[0] || 'Unknown device'
  return `${browser.name} on ${os.name}`
}
