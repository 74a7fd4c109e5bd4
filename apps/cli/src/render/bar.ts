const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const

/** A bar of so many columns, filled from the left; `fraction` between 0 and 1. */
export function renderBar(fraction: number, columns: number, unicode: boolean): string {
  const clamped = Math.min(1, Math.max(0, fraction))
  if (!unicode) {
    const full = Math.floor(clamped * columns)
    return '#'.repeat(full) + '-'.repeat(columns - full)
  }
  const parts = Math.floor(clamped * columns * 8)
  const filled = '█'.repeat(Math.floor(parts / 8)) + eighths[parts % 8]
  return filled + '░'.repeat(columns - filled.length)
}
