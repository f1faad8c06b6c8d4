/** A moment on two clocks, in ms. */
export type Instant = { readonly monotonic: number; readonly wall: number }

export function now(): Instant {
  return { monotonic: performance.now(), wall: Date.now() }
}

/** At least the ms since then: the monotonic clock stands still while the machine sleeps, the wall clock may be set back. */
export function elapsedSince(then: Instant): number {
  return Math.max(performance.now() - then.monotonic, Date.now() - then.wall)
}
