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
  /** `undefined` where nothing was asked for yet. */
  readonly measured: Measured | undefined
}

/** What the first answers of a service have shown. */
export interface Measured {
  /** Milliseconds from a request to the head of its answer. */
  readonly latency: number
  /** Bytes in a millisecond of one answer. */
  readonly rate: number
  /** Bytes of an instance. */
  readonly size: number
}

export type Way =
  /** One answer with all of the series. */
  | { readonly kind: 'series' }
  /** Requests for one instance each, so many side by side. */
  | { readonly kind: 'instances'; readonly width: number }

/** Fewer are quicker had one by one than measured. */
const fewest = 8
/** Instances by which a service is measured. */
export const sample = 4
/** Milliseconds under which a service is near: there the processors are what is waited for, and not the network. */
const near = 5
/** As many side by side are enough for a service that is near. */
const nearWidth = 8

/**
 * The quicker of two estimates. A series costs one wait, and then comes over one connection; instances cost a wait for
 * every round of them, and share what connections side by side bring, which is nothing where the service is near.
 */
export function chooseWay(situation: Situation): Way {
  const { wanted, total, wholeSeries, width, measured } = situation
  const most = measured !== undefined && measured.latency < near ? Math.min(width, nearWidth) : width
  const instances: Way = { kind: 'instances', width: Math.max(1, Math.min(most, wanted)) }
  if (!wholeSeries || total === undefined || measured === undefined || wanted < fewest) return instances
  const { latency, rate, size } = measured
  const gain = latency < near ? 1 : instances.width
  const bySeries = latency + (total * size) / rate
  const byInstances = Math.ceil(wanted / instances.width) * latency + (wanted * size) / (rate * gain)
  return bySeries < byInstances ? { kind: 'series' } : instances
}

/** Whether some should be fetched first, one by one, to see what the service is like. */
export function shouldSample({ wanted, total, wholeSeries, measured }: Situation): boolean {
  return wholeSeries && measured === undefined && wanted >= fewest && total !== undefined && wanted * 2 > total
}
