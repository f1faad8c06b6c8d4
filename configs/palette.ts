export type Color = readonly [red: number, green: number, blue: number]

/** Grounds of the pages on which the accent stands as text: the one that contrasts least, by scheme (web/src/styles/tokens.css). */
const LIGHT_GROUND: Color = [0xee, 0xf1, 0xf6]
const DARK_GROUND: Color = [0x21, 0x29, 0x38]
const WHITE: Color = [255, 255, 255]
const BLACK: Color = [0, 0, 0]

/** WCAG 2.2, 1.4.3; a little more than 4.5, because the accent also tints the ground under it. */
const READABLE = 5
/** A button in the accent must stand out from the ground of the dark scheme. */
const VISIBLE = 1.6

type Shades = { text: string; ground: string; onGround: string; hover: string }

/** @param hex such as `#0b5f94` */
export function colorOf(hex: string): Color {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map(at => Number.parseInt(hex.slice(at, at + 2), 16))
  return [red, green, blue]
}

/** One color of a site as text, as a ground and as what stands on that, in both schemes. Text is readable on every ground of the pages. */
export function paletteOf(accent: Color): { light: Shades; dark: Shades } {
  const darkGround = towards(WHITE, accent, DARK_GROUND, VISIBLE)
  return {
    light: shades(towards(BLACK, accent, LIGHT_GROUND, READABLE), accent),
    dark: shades(towards(WHITE, accent, DARK_GROUND, READABLE), darkGround),
  }
}

function shades(text: Color, ground: Color): Shades {
  // One of the two has 4.5 on every color.
  const [onGround, other] = contrast(ground, WHITE) >= 4.5 ? [WHITE, BLACK] : [BLACK, WHITE]
  return { text: hexOf(text), ground: hexOf(ground), onGround: hexOf(onGround), hover: hexOf(mix(ground, other, 0.14)) }
}

/** Mixes in as little of the other color as makes the contrast. */
function towards(other: Color, color: Color, ground: Color, least: number): Color {
  for (let share = 0; share < 1; share += 0.02) {
    const mixed = mix(color, other, share)
    if (contrast(mixed, ground) >= least) return mixed
  }
  return other
}

function mix(one: Color, other: Color, share: number): Color {
  const channel = (at: 0 | 1 | 2) => Math.round(one[at] * (1 - share) + other[at] * share)
  return [channel(0), channel(1), channel(2)]
}

/** WCAG 2.2, “contrast ratio”: 1 to 21. */
export function contrast(one: Color, other: Color): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (lighter + 0.05) / (darker + 0.05)
}

/** WCAG 2.2, “relative luminance”. */
function luminance(color: Color): number {
  const [red = 0, green = 0, blue = 0] = color.map(channel => {
    const share = channel / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

const hexOf = (color: Color) => `#${color.map(channel => channel.toString(16).padStart(2, '0')).join('')}`
