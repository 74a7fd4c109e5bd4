import { GantryError, releasing } from '@gantry/core/driver'
import { PassingFile } from '@gantry/dicom'

import { endless, type ReceivedPart } from './retrieved-part.ts'

/**
 * The same instance, whose body fails at its end where the file says that it goes on, and where neither the answer nor the file
 * tells its end.
 */
export function following(part: ReceivedPart): ReceivedPart {
  return { ...part, body: followed(part, new PassingFile()) }
}

/** The body of an instance, of which `begun` has been read, and has passed `file`. */
export function followed(
  { body, endsWithConnection = false }: ReceivedPart,
  file: PassingFile,
  begun: readonly Uint8Array[] = [],
): AsyncIterableIterator<Uint8Array> {
  const close = async () => await body.return?.()
  return releasing(chunksOf(body, file, begun, endsWithConnection), close)
}

async function* chunksOf(
  body: AsyncIterableIterator<Uint8Array>,
  file: PassingFile,
  begun: readonly Uint8Array[],
  endsWithConnection: boolean,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* begun
    for await (const chunk of body) {
      file.push(chunk)
      yield chunk
    }
    const end = file.end()
    if (end === 'cut') {
      throw new GantryError('integrity', 'The service gave less of an instance than its file says that there is.')
    }
    if (endsWithConnection && end !== 'whole') throw endless()
  } finally {
    await body.return?.()
  }
}
