import { type Bytes, GantryError } from '@gantry/core/driver'

import { ElementSplitter } from './element-splitter.ts'

/**
 * Elements of an array in JSON, each parsed when all of it has come, so that no more than one is held. Ends only after
 * the array has ended.
 */
export async function* jsonElements(body: Bytes): AsyncGenerator<unknown, void, undefined> {
  const splitter = new ElementSplitter()
  for await (const chunk of body) {
    for (const text of splitter.push(chunk)) yield parse(text)
  }
  splitter.end()
}

function parse(text: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text))
  } catch {
    // Without its cause, which quotes what it could not read.
    throw new GantryError('integrity', 'The answer is malformed: it is no JSON.')
  }
}
