import { collect, type GantryError } from '@gantry/core/driver'
import { type Answer, notOf } from '@gantry/http'
import type { z } from 'zod'

/** A page of a thousand entries with the longest paths, several times over. */
const longestAnswer = 32 * 1024 * 1024

/** An answer in JSON. What is not as the wire has it comes from something that is no hub, or stands before one. */
export async function readJson<Schema extends z.ZodType>(answer: Answer, schema: Schema): Promise<z.output<Schema>> {
  const text = new TextDecoder().decode(await collect(answer.body, longestAnswer))
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw notOfAHub()
  }
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw notOfAHub()
  return parsed.data
}

export function notOfAHub(): GantryError {
  return notOf('a hub')
}
