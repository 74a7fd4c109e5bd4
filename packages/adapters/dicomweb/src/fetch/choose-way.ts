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
   * From 0 to 1: how much of its speed an answer keeps while others come side by side. 1 where the network is what is
   * waited for; less where processors are, which others take away.
   */
  readonly kept: number
}

export type Way =
  /** One answer with all of the series. */
  | { readonly kind: 'series' }
  /** Requests for one instance each, so many side by side. */
  | { readonly kind: 'instances'; readonly width: number }

/** Fewer are quicker had than measured. */
const fewest = 20
/** Instances that are asked for side by side, behind one alone, to see what a service is like. */
export const sample = 4
/** Of its speed: who keeps less does not gain by more of them. */
const scaling = 0.7
/** As many side by side are enough where more bring nothing. */
const narrowWidth = 8

/**
 * The quicker of two estimates. A series costs one wait, and then comes over one connection; an instance costs a wait of
 * its own, and so many of them wait together.
 */
export function chooseWay({ wanted, total, wholeSeries, width, measured }: Situation): Way {
  const scales = measured === undefined || measured.kept >= scaling
  const most = Math.min(wanted, scales ? width : Math.min(width, narrowWidth))
  const instances: Way = { kind: 'instances', width: Math.max(1, most) }
  if (!wholeSeries || total === undefined || measured === undefined || wanted < fewest) return instances
  const { latency, transfer, kept } = measured
  const gain = scales ? instances.width : Math.max(1, Math.min(instances.width, sample * kept))
  const bySeries = latency + total * transfer
  const byInstances = (wanted * (latency + transfer)) / gain
  return bySeries < byInstances ? { kind: 'series' } : instances
}

/** Whether some should be fetched by instance first, to see what the service is like. */
export function shouldSample({ wanted, total, wholeSeries, measured }: Situation): boolean {
  return wholeSeries && measured === undefined && wanted >= fewest && total !== undefined && wanted * 2 > total
}
