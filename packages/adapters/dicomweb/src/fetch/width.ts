/** How many requests a service bears side by side; plain data. */
export interface Width {
  readonly limit: number
  /** It has not been asked for less yet: then it is found out quickly how much it bears. */
  readonly rising: boolean
  /** Answers to come of what was sent before it asked for less: they say nothing new. */
  readonly stale: number
}

/** More brought nothing on a wide network, and each holds a buffer. */
export const widest = 64
const narrowest = 1

export function createWidth(limit: number): Width {
  return { limit, rising: true, stale: 0 }
}

/** One more for every answer at first, later one more for a round of them. */
export function widen({ limit, rising, stale }: Width): Width {
  if (stale > 0) return { limit, rising, stale: stale - 1 }
  return { limit: Math.min(widest, limit + (rising ? 1 : 1 / limit)), rising, stale }
}

/** Half as many, once for all that were on their way together. */
export function narrow({ limit, stale }: Width, inFlight: number): Width {
  if (stale > 0) return { limit, rising: false, stale: stale - 1 }
  return { limit: Math.max(narrowest, Math.floor(limit / 2)), rising: false, stale: Math.max(0, inFlight - 1) }
}
