import { parseHeader } from '@gantry/dicom'

import { createDeidentifier } from '../deidentifier.ts'
import type { DeidentifierOptions } from '../deidentifier-options.ts'
import type { DeidentificationReport } from '../report/report.ts'
import { copyOf } from '../values/copy-of.ts'
import { latin1Of } from '../values/latin1.ts'

export const testKey = new Uint8Array(32).fill(7)

export interface Outcome {
  readonly bytes: Uint8Array
  readonly report: DeidentificationReport
}

/** De-identifies a file that comes in chunks, each of which is spoiled when the next is asked for. */
export async function deidentified(
  file: Uint8Array,
  options: Partial<DeidentifierOptions> = {},
  chunkSize = 65_536,
): Promise<Outcome> {
  const chunks: Uint8Array[] = []
  let report: DeidentificationReport | undefined
  const deidentifier = createDeidentifier({ key: testKey, ...options })
  const onReport = (told: DeidentificationReport) => {
    report = told
  }
  for await (const chunk of deidentifier.apply(lent(file, chunkSize), { onReport })) chunks.push(copyOf(chunk))
  if (report === undefined) throw new Error('There is no report.')
  return { bytes: Buffer.concat(chunks), report }
}

async function* lent(file: Uint8Array, size: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < file.length; at += size) {
    const chunk = copyOf(file.subarray(at, at + size))
    yield chunk
    chunk.fill(0x58)
  }
}

/** Texts of the top level, and of the meta information, by tag; without padding. */
export function textsOf(bytes: Uint8Array): ReadonlyMap<number, string> {
  const { meta, elements } = parseHeader(bytes)
  return new Map([...meta, ...elements].map(({ tag, value = new Uint8Array(0) }) => [tag, latin1Of(value).trimEnd()]))
}
