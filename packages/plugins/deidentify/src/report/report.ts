import { keywordOfTag } from '@gantry/dicom'

import type { BurnedInWarning } from '../pixels/burned-in.ts'

export const doings = ['removed', 'emptied', 'replaced', 'shifted', 'cleaned', 'kept'] as const
/** What was done with an attribute. */
export type Doing = (typeof doings)[number]

/** An attribute by its names; never by a value. `count`: how often, those within sequences included. */
export interface ReportedAttribute {
  /** `(0010,0010)` */
  readonly tag: string
  /** Absent for private and unknown attributes. */
  readonly keyword?: string
  readonly count: number
}

/** What was done to one file. */
export interface DeidentificationReport {
  readonly sopInstanceUID: string
  /** Attributes, those within sequences included. */
  readonly counts: Readonly<Record<Doing, number>>
  readonly attributes: Readonly<Record<Doing, readonly ReportedAttribute[]>>
  /** Bytes behind the pixel data: padding, signatures and private data, which are removed. */
  readonly trailingBytes: number
  /** Rectangles that were blanked in every frame. */
  readonly blanked: number
  /** Encapsulated documents, which may say anything: two bytes that mean nothing are left of each. */
  readonly documents: number
  readonly warnings: readonly BurnedInWarning[]
}

/** Counts what is done, tag by tag. */
export class Tally {
  readonly #counts = new Map<Doing, Map<number, number>>(doings.map((doing) => [doing, new Map()]))

  add(doing: Doing, tag: number): void {
    const counts = this.#counts.get(doing) as Map<number, number>
    counts.set(tag, (counts.get(tag) ?? 0) + 1)
  }

  count(doing: Doing, tag: number): number {
    return this.#of(doing).get(tag) ?? 0
  }

  get counts(): Readonly<Record<Doing, number>> {
    return each((doing) => [...this.#of(doing).values()].reduce((sum, count) => sum + count, 0))
  }

  get attributes(): Readonly<Record<Doing, readonly ReportedAttribute[]>> {
    return each((doing) =>
      [...this.#of(doing)]
        .toSorted(([a], [b]) => a - b)
        .map(([tag, count]) => {
          const keyword = keywordOfTag(tag)
          return { tag: formatTag(tag), ...(keyword !== undefined && { keyword }), count }
        }),
    )
  }

  #of(doing: Doing): ReadonlyMap<number, number> {
    return this.#counts.get(doing) as ReadonlyMap<number, number>
  }
}

function formatTag(tag: number): string {
  const hex = tag.toString(16).padStart(8, '0').toUpperCase()
  return `(${hex.slice(0, 4)},${hex.slice(4)})`
}

function each<Value>(of: (doing: Doing) => Value): Readonly<Record<Doing, Value>> {
  return Object.fromEntries(doings.map((doing) => [doing, of(doing)])) as Record<Doing, Value>
}
