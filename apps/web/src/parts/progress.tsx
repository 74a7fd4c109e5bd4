/** A bar, and what it says to those who cannot see it. */
export function Progress({
  label,
  done,
  total,
}: {
  readonly label: string
  readonly done: number
  readonly total: number
}) {
  return <progress aria-label={label} value={total === 0 ? 0 : Math.min(done, total)} max={total === 0 ? 1 : total} />
}
