import { bytesOf, isGantryError } from '@gantry/core/driver'

import { KeptText } from '../bytes/kept-text.ts'
import { cutWhole } from './cut-json.ts'
import { uncompressed } from './data-set-of.ts'
import { type Instance, type LongDataSet, parseInstance } from './instance.ts'
import { parseText } from './parse-in-turns.ts'
import { summaryOf } from './summary.ts'

/** Bytes of a record from which on it is not made into objects. */
const longRecord = 1024 * 1024

/**
 * An instance by the text of its record, which is lent; `undefined` for a record that lacks what it takes to find the
 * instance's bytes, `SyntaxError` for what is no JSON.
 */
export async function parseRecord(key: string, bytes: Uint8Array): Promise<Instance | undefined> {
  if (bytes.length <= longRecord) return parseInstance(key, parseText(bytes))
  const fields = new Map<string, unknown>()
  let metadata: Uint8Array | undefined
  for await (const { path, bytes: text } of cutWhole(bytes, ({ length }, named) => length === 0 && named)) {
    const [name] = path
    if (text === undefined) continue
    if (name === undefined) return undefined
    if (name === 'metadata') metadata = text
    else fields.set(name, parseText(text))
  }
  const instance = parseInstance(key, Object.fromEntries(fields))
  if (instance === undefined || metadata === undefined) return instance
  const long = await longDataSet(instance, metadata)
  return long === undefined ? instance : { ...instance, long }
}

/** `undefined` where it cannot be read: the bytes of the instance can be had all the same. */
async function longDataSet({ version }: Instance, metadata: Uint8Array): Promise<LongDataSet | undefined> {
  try {
    const text = version === '2.0' ? uncompressed(String(parseText(metadata))) : metadata
    if (version !== '1.0' && version !== '2.0') return undefined
    return { summary: await summaryOf(text), text: await KeptText.of(bytesOf(text)) }
  } catch (error) {
    if (error instanceof SyntaxError || isGantryError(error)) return undefined
    throw error
  }
}
