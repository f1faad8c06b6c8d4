const LINES = [1, 2, 3, 4]

/** Gray lines where text is about to be. */
export const Skeleton = () => (
  <div class="skeleton" aria-hidden="true">
    {LINES.map(line => (
      <span key={line} />
    ))}
  </div>
)
