import { randomInt } from 'node:crypto'

import { bytesOf, collect, type Entry, Store } from '@gantry/core'
import { entrySource, readImage, templateLayout } from '@gantry/dicom'
import { orthancServers } from '@gantry-tooling/servers/vitest'
import { memory } from '@gantry/memory'
import { phantom } from '@gantry/testkit/phantom'
import { createJobSpec, memoryJournal, openJob } from '@gantry/transfer'
import { describe, expect, test } from 'vitest'

import { dicomweb } from './node.ts'
import { optionsOf, pathOfFile } from './testing/orthanc.ts'

/** Copies what is selected, and says how that went. */
async function copy(from: Store, to: Store, studies?: string[]) {
  const spec = createJobSpec({ from: from.url, to: to.url, ...(studies && { selection: { studies } }) })
  const identify = async (store: Store, entry: Entry) => await readImage(entrySource(store, entry))
  const { layout: template } = to.abilities
  const layout = template === undefined ? undefined : templateLayout(template)
  const job = await openJob({ from, to, journal: memoryJournal(spec), identify, ...(layout && { layout }) })
  const { phase, progress } = await job.run()
  return { phase, done: progress.done.entries, failed: progress.failed.entries }
}

for (const server of await orthancServers()) {
  describe.skipIf(server.unavailable !== undefined)(`${server.title}, and transfers`, { timeout: 300_000 }, () => {
    if (server.unavailable !== undefined) return

    test('a study goes there and comes back, byte by byte the same', async () => {
      const from = new Store(memory())
      const files = new Map<string, Uint8Array>()
      const studies = new Set<string>()
      for await (const file of phantom({ seed: randomInt(2 ** 40), size: 64, slices: 12, series: 2 })) {
        const path = pathOfFile(file)
        files.set(path, file.bytes)
        studies.add(file.image.studyInstanceUID)
        await from.write({ path, size: file.bytes.length, image: file.image }, bytesOf(file.bytes))
      }
      const archive = new Store(dicomweb(optionsOf(server)))
      const back = new Store(memory())
      expect(await copy(from, archive)).toEqual({ phase: 'completed', done: 24, failed: 0 })
      expect(await copy(archive, back, [...studies])).toEqual({ phase: 'completed', done: 24, failed: 0 })
      for (const [path, bytes] of files) {
        expect(Buffer.from(await collect((await back.read(path)).body)).equals(bytes)).toBe(true)
      }
      await archive.close()
    })
  })
}
