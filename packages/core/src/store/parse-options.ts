import type * as z from 'zod'

import { GantryError } from '../errors/gantry-error.ts'

/** Options, none where nothing is given, as their schema has them, else `invalid`; `whose` is said with it: `an s3 store`. */
export function parseOptions<Schema extends z.ZodType>(
  schema: Schema,
  given: unknown,
  whose: string,
): z.output<Schema> {
  const parsed = schema.safeParse(given === undefined ? {} : given)
  if (parsed.success) return parsed.data
  const where = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'options'}: ${issue.message}`)
  throw new GantryError('invalid', `The options of ${whose} are wrong: ${where.join('; ')}.`)
}
