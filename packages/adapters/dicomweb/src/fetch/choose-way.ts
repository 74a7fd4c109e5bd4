/** What is known of a service and of what is asked for, when a way is chosen. */
export interface Situation {
  /** Instances that are asked for; infinite while nobody has told yet how many there are. */
  readonly wanted: number
  /** Instances of the whole series; infinite while that is being asked, `undefined` where nobody has counted them. */
  readonly total: number | undefined
  /** Whether the service gives a series in one answer. */
  readonly wholeSeries: boolean
  /** Requests side by side that the service bears, as far as it has shown. */
  readonly width: number
  /** `undefined` where that was not looked at yet. */
  readonly measured: Measured | undefined
}

/** What the first answers of a service have shown. */
export interface Measured {
  /** Milliseconds from a request to the head of its answer, while there was no other. */
  readonly latency: number
  /** Milliseconds that the body took then. */
  readonly transfer: number
  /**
   * Milliseconds that every other that comes beside it adds to it: 0 where the way is what is waited for; as many as one
   * takes alone where a processor is, or a line, which they share. `undefined` until some have come side by side.
   */
  readonly shared: number | undefined
}

export type Way =
  /** One answer with all of the series. */
  | { readonly kind: 'series' }
  /** Requests for one instance each, so many side by side. */
  | { readonly kind: 'instances'; readonly width: number }

/** Fewer are quicker had than measured. */
const fewest = 20
/** As many side by side show what they share, where that is quick to see. */
const sample = 4
/** Milliseconds to an answer from which on it is not. */
const far = 10
/** As many side by side are asked for even where a few already bring all that there is. */
const narrowWidth = 8
/** Milliseconds that one may wait for those beside it, where a service has that much to do. */
const patience = 1000
/** One answer costs the service least: many must take less than this much of its time. */
const worthIt = 0.9

/**
 * The quicker of two estimates. A series costs one wait, and then comes over one connection; an instance costs a wait of
 * its own, and so many of them wait together.
 */
export function chooseWay({ wanted, total, wholeSeries, width, measured }: Situation): Way {
  const mayBeSeries = wholeSeries && wanted >= fewest && total !== undefined
  if (measured?.shared === undefined) {
    // Who wants a part of a series has no choice, and nothing to find out.
    const unknown = mayBeSeries && (total === Infinity || wanted * 2 > total)
    return { kind: 'instances', width: Math.max(1, unknown ? Math.min(width, sampleWidth(measured)) : width) }
  }
  const { latency, transfer, shared } = measured
  const alone = latency + transfer
  // Twice as many as would keep busy what they share, for they do not come evenly; more where nobody waits long for that.
  const useful = shared > 0 ? Math.max(narrowWidth, Math.ceil(Math.max(2 * alone, patience) / shared)) : width
  // Not as few as are left: those that are on their way count too, and one of them may take for ever.
  const instances: Way = { kind: 'instances', width: Math.max(1, Math.min(width, useful)) }
  if (!mayBeSeries) return instances
  const bySeries = latency + total * transfer
  const beside = Math.min(wanted, instances.width)
  // Where answers are waited for, work for others keeps them longer as well, and one answer there is no way back from.
  const kept = latency < far ? (beside - 1) * shared : 0
  const byInstances = (wanted * (alone + kept)) / beside
  return worthIt * bySeries < byInstances ? { kind: 'series' } : instances
}

/** One alone, and then few, unless answers are waited for: then many cost no more than few, and show the same. */
function sampleWidth(measured: Measured | undefined): number {
  if (measured === undefined) return 1
  return measured.latency < far ? sample : Infinity
}
