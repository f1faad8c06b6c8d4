/** Which keys stand for a subject. Most subjects have one key: a set for each would cost a cache of many sessions megabytes. */
export const createSubjectIndex = () => {
  const index = new Map<string, string | Set<string>>()

  const link = (subject: string, key: string) => {
    const known = index.get(subject)
    if (known === undefined || known === key) index.set(subject, key)
    else if (known instanceof Set) known.add(key)
    else index.set(subject, new Set([known, key]))
  }

  const unlink = (subject: string, key: string) => {
    const known = index.get(subject)
    if (known instanceof Set) known.delete(key)
    if (known === key || (known instanceof Set && known.size === 0)) index.delete(subject)
  }

  return {
    add: (subjects: string[], key: string) => {
      for (const subject of subjects) link(subject, key)
    },
    remove: (subjects: string[], key: string) => {
      for (const subject of subjects) unlink(subject, key)
    },
    /** A copy: forgetting changes the index. */
    keysOf: (subject: string): string[] => {
      const known = index.get(subject)
      if (known === undefined) return []
      return known instanceof Set ? [...known] : [known]
    },
  }
}
