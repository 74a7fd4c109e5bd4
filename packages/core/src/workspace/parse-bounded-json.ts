import { flawOfJson } from './check-json.ts'
import { invalidJson } from './json-flaw.ts'
import { scanJson } from './scan-json.ts'

/**
 * Parses JSON that anyone may have written: `invalid` for what is no JSON, beyond `jsonLimits`, or what could reach a
 * prototype, in time and memory that the limits bound. What comes out is plain data, unchecked otherwise.
 */
export function parseBoundedJson(text: string): unknown {
  const { problem, plain } = scanJson(text)
  if (problem !== undefined) throw invalidJson({ path: [], problem })
  const value = parse(text)
  return plain ? value : checkBoundedJson(value)
}

/** The value itself, if it is JSON within the limits; else `invalid`. */
export function checkBoundedJson(value: unknown): unknown {
  const flaw = flawOfJson(value)
  if (flaw !== undefined) throw invalidJson(flaw)
  return value
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The error's own message quotes the text.
    throw invalidJson({ path: [], problem: 'it is not well-formed' })
  }
}
