import type { ComponentChildren } from 'preact'

type BadgeProps = { tone?: 'good' | 'warning' | 'bad' | 'accent'; children: ComponentChildren }

/** A state in one or two words, beside the name of what has it. */
export const Badge = ({ tone, children }: BadgeProps) => (
  <span class={tone ? `badge ${tone}` : 'badge'}>{children}</span>
)
