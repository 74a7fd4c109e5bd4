import { describe, expect, test } from 'vitest'

import { downloadRig, type DownloadRig } from '../testing/download-rig.ts'
import { deaf, type Operation } from '../testing/scripted-driver.ts'
import { createDownload } from './index.ts'

/** Of a store that gives series as parcels, and a directory. */
const calls = [
  { what: 'list', at: 'source' },
  { what: 'list', at: 'target' },
  { what: 'fetched', at: 'source' },
  { what: 'write', at: 'target' },
] as const

/** Never answers the first `times` times, and does not heed its signal; says when it was asked first. */
function silence(rig: DownloadRig, at: 'source' | 'target', what: Operation, times = Number.POSITIVE_INFINITY) {
  const { promise, resolve } = Promise.withResolvers<void>()
  let asked = 0
  rig[at].script = {
    before: async ({ operation }) => {
      if (operation !== what) return
      resolve()
      asked += 1
      if (asked <= times) await deaf()
    },
  }
  return promise
}

describe('a store that never answers, and does not heed its signal,', () => {
  test.for(calls)('is asked again: $what of the $at', async ({ what, at }) => {
    const rig = await downloadRig()
    void silence(rig, at, what, 1)
    const { store, directory, files } = rig
    const job = createDownload({ store, directory, stall: 100 }).download(['1.2.3', '1.2.4'])
    expect(await job.start()).toMatchObject({ complete: true, errors: [] })
    expect(new Set((await rig.saved()).keys())).toEqual(new Set(files.keys()))
  })

  test.for(calls)('keeps no download from being paused: $what of the $at', async ({ what, at }) => {
    const rig = await downloadRig()
    const asked = silence(rig, at, what)
    const { store, directory } = rig
    const job = createDownload({ store, directory, stall: 300 }).download(['1.2.3', '1.2.4'])
    const ended = job.start()
    await asked
    await job.pause()
    expect(await ended).toMatchObject({ state: 'paused', complete: false })
  })

  test('is asked again for statistics', async () => {
    const rig = await downloadRig()
    void silence(rig, 'source', 'list', 1)
    const { store, directory } = rig
    expect(await createDownload({ store, directory, stall: 100 }).getStats(['1.2.3'])).toMatchObject({ errors: [] })
  })

  test('fails the zip, or is asked until it is paused', async () => {
    const rig = await downloadRig()
    const { store, directory } = rig
    const download = createDownload({ store, directory, stall: 100 })
    await download.download(['1.2.3']).start()
    const asked = silence(rig, 'target', 'read')
    const failed = await download.download(['1.2.3'], { zip: true }).start()
    expect(failed).toMatchObject({ complete: false, errors: [{ error: { code: 'timeout' } }] })
    const job = download.download(['1.2.3'], { zip: () => new WritableStream() })
    const ended = job.start()
    await asked
    await job.pause()
    expect(await ended).toMatchObject({ state: 'paused' })
  })
})
