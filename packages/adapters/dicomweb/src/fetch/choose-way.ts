/** What is known of a service and of what is asked for, when a way is chosen. */
export interface Situation {
  /** Instances that are asked for. */
  readonly wanted: number
  /** Instances of the whole series; `undefined` where nobody has counted them. */
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
   * takes alone where a processor is, or a line, which they share.
   */
  readonly shared: number
}

export type Way =
  /** One answer with all of the series. */
  | { readonly kind: 'series' }
  /** Requests for one instance each, so many side by side. */
  | { readonly kind: 'instances'; readonly width: number }

/** Fewer are quicker had than measured. */
const fewest = 20
/** As many side by side are asked for even where a few already bring all that there is. */
const narrowWidth = 8

/**
 * The quicker of two estimates. A series costs one wait, and then comes over one connection; an instance costs a wait of
 * its own, and so many of them wait together.
 */
export function chooseWay({ wanted, total, wholeSeries, width, measured }: Situation): Way {
  const { latency, transfer, shared } = measured ?? { latency: 0, transfer: 0, shared: 0 }
  const alone = latency + transfer
  // Twice as many as would keep busy what they share: they do not come evenly.
  const useful = shared > 0 ? Math.max(narrowWidth, Math.ceil((2 * alone) / shared)) : width
  // Not as few as are left: those that are on their way count too, and one of them may take for ever.
  const instances: Way = { kind: 'instances', width: Math.max(1, Math.min(width, useful)) }
  if (!wholeSeries || total === undefined || measured === undefined || wanted < fewest) return instances
  const bySeries = latency + total * transfer
  const beside = Math.min(wanted, instances.width)
  const byInstances = (wanted * (alone + (beside - 1) * shared)) / beside
  return bySeries < byInstances ? { kind: 'series' } : instances
}

/** Whether some should be fetched by instance first, to see what the service is like. */
export function shouldSample({ wanted, total, wholeSeries, measured }: Situation): boolean {
  return wholeSeries && measured === undefined && wanted >= fewest && total !== undefined && wanted * 2 > total
}
