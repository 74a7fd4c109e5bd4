import * as z from 'zod'

const count = z.int().min(0)

/** All cells of one backend and one fault, over all rounds of one call. */
const rowSchema = z.strictObject({
  fault: z.string(),
  cells: count,
  runs: count,
  injected: count,
  kills: count,
  retries: count,
  toldFailed: count,
  bytesLost: count,
  wronglyReported: count,
  /** Of the matrix's draws. */
  seeds: z.array(z.int()),
  /** Of the last run, `2026-11-28`. */
  date: z.iso.date(),
})

const backendSchema = z.strictObject({ name: z.string(), server: z.string(), rows: z.array(rowSchema) })

/** What `npm run chaos` has found so far: kept beside the report, so that a part of it can be run again. */
export const chaosRecordSchema = z.strictObject({
  version: z.literal(1),
  node: z.string(),
  backends: z.array(backendSchema),
})

export type ChaosRow = z.infer<typeof rowSchema>
export type ChaosRecord = z.infer<typeof chaosRecordSchema>

export const soakRecordSchema = z.strictObject({
  version: z.literal(1),
  node: z.string(),
  date: z.iso.date(),
  minutes: z.number(),
  workers: count,
  operations: z.record(z.string(), count),
  /** Answers that were none of those that the load asks for. */
  errors: count,
  /** Of the hub's process, in bytes and in bytes an hour over the second half. */
  rss: z.strictObject({ first: z.number(), last: z.number(), most: z.number(), slope: z.number(), bound: z.number() }),
  handles: z.strictObject({ first: count, last: count, most: count }),
  samples: count,
})

export type SoakRecord = z.infer<typeof soakRecordSchema>
