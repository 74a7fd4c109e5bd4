import { malformedFrame, truncatedFrame } from '../errors.ts'
import type { Component, JpegFrame } from './jpeg-image.ts'

/** SOS (T.81 B.2.3). */
export interface ScanHeader {
  readonly parts: readonly {
    readonly index: number
    readonly component: Component
    readonly dc: number
    readonly ac: number
  }[]
  /** Spectral selection; of lossless scans, `first` is the predictor. */
  readonly first: number
  readonly last: number
  /** Successive approximation; of lossless scans, `low` is the point transform. */
  readonly high: number
  readonly low: number
}

export function readScanHeader(segment: Uint8Array, frame: JpegFrame): ScanHeader {
  const count = segment[0] ?? 0
  if (segment.length < 4 + 2 * count) throw truncatedFrame()
  const parts = Array.from({ length: count }, (_, at) => {
    const id = segment[1 + 2 * at]
    const places = segment[2 + 2 * at] as number
    const index = frame.components.findIndex((component) => component.id === id)
    const component = frame.components[index]
    if (component === undefined) throw malformedFrame('a scan has a component that its frame has not')
    return { index, component, dc: (places >> 4) & 3, ac: places & 3 }
  })
  if (count < 1 || new Set(parts.map(({ index }) => index)).size !== count) throw malformedFrame('a scan is of nothing')
  const [first = 0, last = 0, approximation = 0] = segment.subarray(1 + 2 * count)
  return { parts, first, last, high: approximation >> 4, low: approximation & 15 }
}
