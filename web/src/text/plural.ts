type Forms = { one: string; few?: string; many?: string; other: string }

/** Picks the form that a language uses with a count, by the categories of Unicode CLDR. */
export function pluralsOf(language: string) {
  const rules = new Intl.PluralRules(language)
  return (count: number, forms: Forms) => {
    const category = rules.select(count)
    return (category in forms ? forms[category as keyof Forms] : undefined) ?? forms.other
  }
}
