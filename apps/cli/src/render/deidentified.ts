import { type BurnedInReason, type DeidentificationReport, type Doing, doings } from '@gantry/deidentify'

import { countOf, entries, formatCount } from './amounts.ts'
import type { Style } from './style.ts'

/** What was done to all images of a run. */
export interface DeidentifiedTotals {
  readonly images: number
  /** Attributes. */
  readonly counts: Readonly<Record<Doing, number>>
  /** Encapsulated ones, that were emptied. */
  readonly documents: number
  /** Images, by why there may be text in their pixels. */
  readonly burnedIn: Readonly<Partial<Record<BurnedInReason, number>>>
  /** Images with any such reason. */
  readonly suspected: number
}

export const noTotals: DeidentifiedTotals = {
  images: 0,
  counts: Object.fromEntries(doings.map((doing) => [doing, 0])) as Record<Doing, number>,
  documents: 0,
  burnedIn: {},
  suspected: 0,
}

export function addReport(totals: DeidentifiedTotals, report: DeidentificationReport): DeidentifiedTotals {
  const counts = doings.map((doing) => [doing, totals.counts[doing] + report.counts[doing]])
  const burnedIn = { ...totals.burnedIn }
  for (const { reason } of report.warnings) burnedIn[reason] = (burnedIn[reason] ?? 0) + 1
  return {
    images: totals.images + 1,
    counts: Object.fromEntries(counts) as Record<Doing, number>,
    documents: totals.documents + report.documents,
    burnedIn,
    suspected: totals.suspected + (report.warnings.length > 0 ? 1 : 0),
  }
}

const why: Readonly<Record<BurnedInReason, string>> = {
  declared: 'they say so',
  modality: 'their modality often has it',
  'secondary-capture': 'secondary captures',
  derived: 'made by an X-ray device of its images',
  device: 'of a device that is known for it',
  'overlay-in-pixels': 'overlays in unused bits of the pixels',
  voice: 'recordings of a voice',
}

export function renderTotals(totals: DeidentifiedTotals, style: Style): string[] {
  const { images, counts, documents, burnedIn, suspected } = totals
  if (images === 0) return []
  const done = doings.filter((doing) => counts[doing] > 0).map((doing) => `${formatCount(counts[doing])} ${doing}`)
  const lines = [`De-identified ${entries(images)}; attributes: ${done.join(', ')}`]
  if (documents > 0) {
    const emptied = countOf(documents, 'document was emptied', 'documents were emptied')
    lines.push(`${style.yellow(emptied)}: what is within a document cannot be de-identified.`)
  }
  if (suspected === 0) return lines
  const reasons = Object.entries(burnedIn) as readonly (readonly [BurnedInReason, number])[]
  lines.push(
    `${style.yellow('Look at the pixels')} of ${entries(suspected)} before they are given away: there may be text in them.`,
    ...reasons.map(([reason, count]) => `  ${formatCount(count)}: ${why[reason]}`),
  )
  return lines
}
