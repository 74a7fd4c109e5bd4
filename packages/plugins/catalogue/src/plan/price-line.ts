import { GantryError } from '@gantry/core'
import * as z from 'zod'

const amount = z.number().nonnegative()

/** What one class of one storage costs, as of a day. GiB are 2^30 bytes, as providers bill them; months 30.44 days. */
export const priceLineSchema = z.strictObject({
  /** `s3/GLACIER_IR`. */
  id: z.string().min(1).max(100),
  /** Schemes of URLs that it is of: `s3`. */
  schemes: z.array(z.string().min(1)).default([]),
  /** Remote of the configuration that it is of; it counts instead of the lines of its scheme. */
  remote: z.string().min(1).optional(),
  /** The storage's own name of the class. */
  tier: z.string().min(1).optional(),
  where: z.string().max(200).default(''),
  currency: z.string().regex(/^[A-Z]{3,6}$/u),
  perGiBMonth: amount,
  /** Whatever is stored, each month. */
  perMonth: amount.default(0),
  /** Of watching objects, each month. */
  perThousandObjectsMonth: amount.default(0),
  perThousandWrites: amount.default(0),
  perThousandReads: amount.default(0),
  /** Of getting bytes out of the class; what the network takes is `egressPerGiB`. */
  retrievalPerGiB: amount.default(0),
  perThousandRetrievals: amount.default(0),
  egressPerGiB: amount.default(0),
  /** What goes earlier is paid for all the same. */
  minimumDays: amount.default(0),
  /** What is smaller is paid for as if it were so large. */
  minimumBytes: amount.default(0),
  /** Paid for with each object, at this class's price. */
  overheadBytes: amount.default(0),
  /** Paid for with each object, at another price. */
  overheadElsewhere: z.strictObject({ bytes: amount, perGiBMonth: amount }).optional(),
  /** Copies that one pays for. */
  copies: z.int().min(1).default(1),
  /** Day on which it was looked up. */
  date: z.iso.date(),
  /** Where. */
  source: z.string().min(1).max(1000),
  note: z.string().max(1000).optional(),
})
export type PriceLine = z.output<typeof priceLineSchema>

export const priceTableSchema = z.strictObject({ version: z.literal(1), lines: z.array(priceLineSchema).max(10_000) })
export type PriceTable = z.output<typeof priceTableSchema>

/** `invalid`, with the place in the table, for what is no table of prices. */
export function parsePriceTable(text: string): PriceTable {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new GantryError('invalid', 'The table of prices is no JSON.', { cause })
  }
  const parsed = priceTableSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const where = parsed.error.issues.slice(0, 5).map(({ path, message }) => `${path.join('.')}: ${message}`)
  throw new GantryError('invalid', `The table of prices is wrong: ${where.join('; ')}`, { cause: parsed.error })
}
