import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'

import { CarWriter } from '@ipld/car/writer'
import { importer } from 'ipfs-unixfs-importer'

import { namesIn } from './car-files.ts'

type CID = Parameters<CarWriter['put']>[0]['cid']

interface Blocks {
  put(cid: CID, block: Uint8Array): Promise<CID>
}

/** UnixFS alone: no block is kept. */
export async function importRoot(folder: string): Promise<string> {
  return await importInto(folder, { put: async (cid) => cid })
}

/** The same, with every block in one CAR, whose SHA-256 is computed as it is written. */
export async function importCar(folder: string, file: string): Promise<string> {
  const { writer, out } = CarWriter.create()
  const hash = createHash('sha256')
  const handle = await open(file, 'w')
  const written = (async () => {
    for await (const chunk of out) {
      hash.update(chunk)
      await handle.write(chunk)
    }
    await handle.close()
  })()
  const blocks: Blocks = {
    async put(cid, bytes) {
      await writer.put({ cid, bytes })
      return cid
    },
  }
  const root = await importInto(folder, blocks)
  await writer.close()
  await written
  return `${root} ${hash.digest('hex')}`
}

async function importInto(folder: string, blocks: Blocks): Promise<string> {
  const source = (await namesIn(folder)).map((path) => {
    // The importer keeps what it is given: each chunk has to be a buffer of its own.
    return { path, content: createReadStream(join(folder, path), { highWaterMark: 1024 * 1024 }) }
  })
  let root = ''
  for await (const { cid } of importer(source, blocks, {
    profile: 'unixfs-v1-2025',
    wrapWithDirectory: true,
  })) {
    root = cid.toString()
  }
  return root
}
