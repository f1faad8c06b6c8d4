import { site } from '../site.ts'

/** The sign of the site: SITE_LOGO, or a key in the colors of the page, the same as styles/icon.svg. */
export function Mark() {
  if (site.logo) return <img class="logo" src={site.logo} alt="" />
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
