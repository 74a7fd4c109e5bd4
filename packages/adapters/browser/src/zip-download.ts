import { GantryError } from '@gantry/core/driver'

import { privateFolder } from './folders.ts'
import type { FileHandle } from './handles.ts'
import { openSink } from './open-sink.ts'
import { sweepFolder } from './sweep-folder.ts'

const folderName = '.gantry-zips'
/** Milliseconds after which the browser has surely taken what it was offered. */
const taken = 24 * 60 * 60 * 1000
/** Milliseconds for which a link works: revoked at once, it would end the download that it began. */
const linked = 60 * 1000

/**
 * What `zip` of a download can be in a page: each study's zip goes to the folder of the browser's own downloads, as
 * `<study>.zip`. It is put together in the origin private file system, because no memory is large enough for some; what
 * was offered is removed a day later, with the next.
 */
export function zipDownload(): (studyInstanceUID: string, size: number) => Promise<WritableStream<Uint8Array>> {
  let swept: Promise<unknown> | undefined
  return async (study, size) => {
    if (globalThis.document === undefined) {
      throw new GantryError('unsupported', 'Only a page can offer a file, and no worker: pass the folder to the page.')
    }
    const folder = await privateFolder(folderName)
    swept ??= sweepFolder(folder, Date.now() - taken).catch(() => {})
    await swept
    await refuseWithoutSpace(size)
    const name = `${crypto.randomUUID()}.zip`
    const handle = await folder.getFileHandle(name, { create: true })
    const sink = await openSink(handle)
    const discard = async () => {
      await sink.abort().catch(() => {})
      await folder.removeEntry(name).catch(() => {})
    }
    return new WritableStream<Uint8Array>({
      async write(chunk) {
        try {
          await sink.write(chunk)
        } catch (error) {
          await discard()
          throw error
        }
      },
      async close() {
        await sink.close()
        await offer(handle, `${study}.zip`)
      },
      abort: discard,
    })
  }
}

async function offer(handle: FileHandle, name: string): Promise<void> {
  const url = URL.createObjectURL((await handle.getFile()) as unknown as Blob)
  const link = Object.assign(document.createElement('a'), { href: url, download: name, rel: 'noopener' })
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), linked)
}

/** Told before the first byte, and not after the last that fits. */
async function refuseWithoutSpace(size: number): Promise<void> {
  const { quota, usage = 0 } = (await navigator.storage.estimate?.()) ?? {}
  if (quota === undefined || size <= quota - usage) return
  throw new GantryError('read_only', 'The browser has no space for the zip: free some, or choose a folder instead.')
}
