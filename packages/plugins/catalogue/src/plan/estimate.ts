import type { PriceLine } from './price-line.ts'

/** What is to be archived, as a plan needs it: measured entry by entry. */
export class Amounts {
  objects = 0
  bytes = 0
  /** Requests that write it, parts counted. */
  writes = 0
  readonly #billed = new Map<number, number>()

  /** `minimums`: of the lines that are asked about. */
  constructor(lines: readonly Pick<PriceLine, 'minimumBytes'>[]) {
    for (const { minimumBytes } of lines) this.#billed.set(minimumBytes, 0)
  }

  add(size: number): void {
    this.objects += 1
    this.bytes += size
    this.writes += size > partSize ? Math.ceil(size / partSize) + 2 : 1
    for (const [minimum, billed] of this.#billed) this.#billed.set(minimum, billed + Math.max(size, minimum))
  }

  /** Bytes that are paid for, where small objects count as if they were so large. */
  billed(minimum: number): number {
    return this.#billed.get(minimum) ?? this.bytes
  }
}

/** Of uploads in parts, as the adapters cut them. */
const partSize = 16 * 1024 * 1024

/** What keeping it costs, in the line's currency. */
export interface Estimate {
  readonly line: PriceLine
  readonly billedBytes: number
  readonly requests: number
  /** Writing it, once. */
  readonly write: number
  /** Keeping it, over all the time. */
  readonly keep: number
  /** Of `keep`, what is paid beyond the time that was asked for, because the class has a minimum. */
  readonly early: number
  /** Writing and keeping. */
  readonly total: number
  /** Reading all of it back, once: requests, retrieval and network. */
  readonly restore: number
}

const gibibyte = 2 ** 30
const daysOfMonth = 365.25 / 12

/** What a class costs for so many days. */
export function estimate(line: PriceLine, amounts: Amounts, days: number): Estimate {
  const billedBytes = amounts.billed(line.minimumBytes) + line.overheadBytes * amounts.objects
  const { overheadElsewhere: elsewhere } = line
  const thousands = amounts.objects / 1000
  const monthly =
    ((billedBytes / gibibyte) * line.perGiBMonth +
      (elsewhere === undefined ? 0 : ((elsewhere.bytes * amounts.objects) / gibibyte) * elsewhere.perGiBMonth) +
      thousands * line.perThousandObjectsMonth) *
      line.copies +
    line.perMonth
  const paid = Math.max(days, line.minimumDays)
  const keep = (monthly * paid) / daysOfMonth
  const write = (amounts.writes / 1000) * line.perThousandWrites
  const gibibytes = amounts.bytes / gibibyte
  const restore =
    thousands * (line.perThousandReads + line.perThousandRetrievals) +
    gibibytes * (line.retrievalPerGiB + line.egressPerGiB)
  const early = (monthly * (paid - days)) / daysOfMonth
  return { line, billedBytes, requests: amounts.writes, write, keep, early, total: write + keep, restore }
}

/** The lines that tell of a remote: those that name it, else those of its scheme; none for a service that is not priced. */
export function linesFor(
  lines: readonly PriceLine[],
  remote: { readonly name: string; readonly url: string; readonly endpoint: boolean },
): PriceLine[] {
  const named = lines.filter((line) => line.remote === remote.name)
  if (named.length > 0) return named
  // Of another service than the one whose scheme it speaks, nothing is known.
  if (remote.endpoint) return []
  const scheme = schemeOf(remote.url)
  return lines.filter((line) => line.remote === undefined && line.schemes.includes(scheme))
}

/** Of who is paid: of the storage at the bottom, as `cod+s3://bucket` lies in S3, but where a network keeps the bytes; a path is a file. */
function schemeOf(url: string): string {
  const scheme = /^([a-z][a-z0-9+.-]+):/u.exec(url)?.[1] ?? 'file'
  const network = /^(w3up|ipfs)\+/u.exec(scheme)?.[1]
  return network ?? scheme.slice(scheme.lastIndexOf('+') + 1)
}
