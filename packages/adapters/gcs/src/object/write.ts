import { type Bytes, type Call, type Entry, type NewEntry, wrongLength } from '@gantry/core/driver'
import { Gatherer } from '@gantry/http'

import type { Service } from '../service/service.ts'
import { asConflict } from './conditions.ts'
import { insert } from './insert.ts'
import { UploadSession } from './upload-session.ts'

/** Writes an object: one request where its bytes fit into a chunk, else chunk by chunk. Both are all or nothing. */
export async function write(service: Service, entry: NewEntry, body: Bytes, call: Call): Promise<Entry> {
  const { chunkSize } = service.settings
  const gatherer = new Gatherer(body)
  try {
    const first = await gatherer.take(chunkSize, entry.size)
    if (!(await gatherer.ended())) return await inChunks(service, entry, first, gatherer, call)
    if (entry.size !== undefined && first.length !== entry.size) throw wrongLength()
    return await insert(service, entry, first, call)
  } catch (error) {
    throw asConflict(error, entry)
  } finally {
    gatherer.close()
  }
}

async function inChunks(
  service: Service,
  entry: NewEntry,
  first: Uint8Array,
  rest: Gatherer,
  call: Call,
): Promise<Entry> {
  const { chunkSize } = service.settings
  const session = await UploadSession.begin(service, entry, call)
  try {
    let chunk = first
    while (!(await rest.ended())) {
      await session.send(chunk, call)
      chunk = await rest.take(chunkSize)
    }
    if (entry.size !== undefined && session.offset + chunk.length !== entry.size) throw wrongLength()
    return await session.finish(chunk, call)
  } catch (error) {
    session.cancel()
    throw error
  }
}
