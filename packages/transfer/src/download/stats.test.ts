import { bytesOf, GantryError } from '@gantry/core'
import { describe, expect, test } from 'vitest'

import { downloadRig, type Studies } from '../testing/download-rig.ts'
import { createDownload } from './index.ts'

const totals = { totalSeriesCount: 3, totalSavedSeriesCount: 0, totalSizeBytes: 481_001, totalSavedSizeBytes: 0 }
const both = ['1.2.3', '1.2.4']

describe('stats', () => {
  test('are the same however often they are asked for, and after a download (fault 1)', async () => {
    const { store, directory } = await downloadRig()
    const download = createDownload({ store, directory })
    for (let count = 0; count < 3; count += 1) {
      const stats = await download.getStats([...both, '1.2.3'])
      expect(stats).toMatchObject({ ...totals, errors: [] })
      expect(stats.items).toHaveLength(6)
      expect(stats.series).toHaveLength(3)
    }
    await download.download(both).start()
    const after = await download.getStats(both)
    expect(after).toMatchObject({ ...totals, totalSavedSeriesCount: 3, totalSavedSizeBytes: 481_001 })
    expect(after.items).toHaveLength(6)
  })

  test('tell what is in the directory, not what somebody noted (fault 7)', async () => {
    const { store, directory, files } = await downloadRig()
    const download = createDownload({ store, directory })
    await download.download(both).start()
    const [first = '', second = ''] = files.keys()
    await directory.remove(first)
    // As a process leaves it that was killed while it wrote in place.
    await directory.write({ path: second, size: 10 }, bytesOf(new Uint8Array(10)))
    expect(await download.getStats(both)).toMatchObject({
      ...totals,
      totalSavedSeriesCount: 2,
      totalSavedSizeBytes: 481_001 - 170_000,
    })
  })

  test('with verify, a file of the right size and other bytes is not saved', async () => {
    const { store, directory, files } = await downloadRig()
    const download = createDownload({ store, directory })
    await download.download(both).start()
    const [first = ''] = files.keys()
    await directory.write({ path: first, size: 100_000 }, bytesOf(new Uint8Array(100_000)))
    expect(await download.getStats(both)).toMatchObject({ totalSavedSeriesCount: 3 })
    expect(await download.getStats(both, { verify: true })).toMatchObject({ totalSavedSeriesCount: 2 })
    const result = await download.download(both, { verify: true }).start()
    expect(result.complete).toBe(true)
    expect(await download.getStats(both, { verify: true })).toMatchObject({ totalSavedSeriesCount: 3 })
  })

  test('of a store that refuses: an error, not "no series" (fault 3)', async () => {
    const refuse = () => {
      throw new GantryError('unauthenticated', 'The token is not valid.')
    }
    const { store, directory } = await downloadRig({ source: { before: refuse } })
    const download = createDownload({ store, directory })
    await expect(download.getStats(both)).rejects.toMatchObject({ code: 'unauthenticated' })
    const result = await download.download(both).start()
    expect(result).toMatchObject({ state: 'completed', complete: false, files: [] })
    expect(result.errors[0]?.error.code).toBe('unauthenticated')
  })

  test('of a study that is not there: told, beside the others', async () => {
    const { store, directory } = await downloadRig()
    const { errors, ...stats } = await createDownload({ store, directory }).getStats([...both, '9.9', '../x'])
    expect(stats).toMatchObject(totals)
    expect(errors.map(({ studyInstanceUID, error }) => [studyInstanceUID, error.code])).toEqual(
      expect.arrayContaining([
        ['9.9', 'not_found'],
        ['../x', 'invalid'],
      ]),
    )
  })

  test('look at no more than 50 series at a time (fault 6)', async () => {
    let [now, most] = [0, 0]
    const count = async ({ operation }: { operation: string }) => {
      if (operation !== 'list') return
      now += 1
      most = Math.max(most, now)
      await new Promise((resolve) => setTimeout(resolve, 1))
      now -= 1
    }
    const studies: Studies = Object.fromEntries(
      Array.from({ length: 120 }, (_, index) => [`1.${index}`, { [`1.${index}.1`]: [1] }]),
    )
    const { store, directory } = await downloadRig({ studies, source: { before: count } })
    const stats = await createDownload({ store, directory }).getStats(Object.keys(studies))
    expect(stats.totalSeriesCount).toBe(120)
    expect(most).toBeGreaterThan(1)
    expect(most).toBeLessThanOrEqual(50)
  })

  test('are retried where that may help (fault 6)', async () => {
    const fail = ({ operation, nth }: { operation: string; nth: number }) => {
      if (operation === 'list' && nth < 3) throw new GantryError('unavailable', 'Busy.')
    }
    const { store, directory } = await downloadRig({ source: { before: fail } })
    expect(await createDownload({ store, directory }).getStats(['1.2.3'])).toMatchObject({ totalSeriesCount: 2 })
  })

  test('need a store and a directory', async () => {
    const { store, directory } = await downloadRig()
    await expect(createDownload({ store }).getStats(both)).rejects.toMatchObject({ code: 'invalid' })
    const download = createDownload({
      openBucket: (bucket) => {
        expect(bucket).toStrictEqual({ bucket: 'public', bucketPrefix: 'dicomweb' })
        return store
      },
      openDirectory: (handle: string) => {
        expect(handle).toBe('handle')
        return directory
      },
    })
    await expect(download.getStats(both)).rejects.toMatchObject({ code: 'invalid' })
    await download.initBucket({ bucket: 'public', bucketPrefix: null, token: null })
    await download.initDirectory('handle')
    expect(await download.getStats(both)).toMatchObject(totals)
  })
})
