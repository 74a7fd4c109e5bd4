import * as z from 'zod'

const costSchema = z.strictObject({ wall: z.number(), cpu: z.number(), rss: z.number() })

/** Those that do the same work, in interleaved rounds: milliseconds and bytes. */
const contestSchema = z.strictObject({
  kind: z.literal('contest'),
  title: z.string(),
  /** Whose wall time is 1. */
  anchor: z.string(),
  /** That were moved, where that is what it is about. */
  bytes: z.number().optional(),
  rows: z.array(z.strictObject({ name: z.string(), median: costSchema, runs: z.array(costSchema) })),
})

/** Whatever else is measured or counted, with the least and the most where there were several. */
const valuesSchema = z.strictObject({
  kind: z.literal('values'),
  title: z.string(),
  unit: z.string(),
  better: z.enum(['higher', 'lower']),
  /** Whose median is 1, where values are compared. */
  anchor: z.string().optional(),
  rows: z.array(z.strictObject({ name: z.string(), median: z.number(), least: z.number(), most: z.number() })),
})

export const figureSchema = z.discriminatedUnion('kind', [contestSchema, valuesSchema])

/** One section of the benchmarks, as it was last run: `docs/performance/<section>.json`. */
export const sectionSchema = z.strictObject({
  version: z.literal(1),
  section: z.string(),
  date: z.iso.date(),
  machine: z.string(),
  node: z.string(),
  /** As they were asked for; some sections have their own. */
  rounds: z.int().min(1).optional(),
  /** Versions of whom it was measured against, and of servers. */
  peers: z.array(z.string()),
  figures: z.array(figureSchema),
})

export type Figure = z.infer<typeof figureSchema>
export type ContestFigure = z.infer<typeof contestSchema>
export type ValuesFigure = z.infer<typeof valuesSchema>
export type SectionRecord = z.infer<typeof sectionSchema>

/** The line that a benchmark says of itself, when each value is one count. */
export function single(name: string, value: number): ValuesFigure['rows'][number] {
  return { name, median: value, least: value, most: value }
}
