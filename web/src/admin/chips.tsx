type Chip = { value: string; name: string }

type ChipsProps = {
  /** What they choose, for screen readers. */
  label: string
  chips: Chip[]
  chosen: string
  onChoose: (value: string) => void
}

/** Choices of which at most one counts; pressing the chosen one takes it back. */
export function Chips({ label, chips, chosen, onChoose }: ChipsProps) {
  return (
    <fieldset class="chips">
      <legend class="unseen">{label}</legend>
      {chips.map(({ value, name }) => (
        <button
          key={value}
          type="button"
          class="chip"
          aria-pressed={value === chosen}
          onClick={() => onChoose(value === chosen ? '' : value)}
        >
          {name}
        </button>
      ))}
    </fieldset>
  )
}
