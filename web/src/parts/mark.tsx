/** The sign of the site: a key. The same as styles/icon.svg, in the colors of the page. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" stroke="none" />
      <g fill="none" stroke-width="2.75" stroke-linecap="round" stroke-linejoin="round">
        <circle cx="12" cy="16" r="4.75" />
        <path d="M17 16h8.5v4M21.5 16v3" />
      </g>
    </svg>
  )
}
