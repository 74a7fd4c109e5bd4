import { parseNativeModel } from './xml/native-model.ts'

/**
 * What a service tells in DICOM JSON, or in XML as some do whatever they are asked for; of a list of one, the one.
 * `undefined` for what is neither.
 */
export function parseTold(given: string): unknown {
  const text = given.trim()
  if (text.startsWith('<')) return parseNativeModel(text)
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value[0] : value
  } catch {
    return undefined
  }
}
