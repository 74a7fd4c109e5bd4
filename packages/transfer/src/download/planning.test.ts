import { setTimeout as sleep } from 'node:timers/promises'

import { GantryError } from '@gantry/core'
import { describe, expect, test } from 'vitest'

import { downloadRig, hear } from '../testing/download-rig.ts'
import { createDownload } from './index.ts'

describe('a study of which not all is listed yet', () => {
  const files = ['1.2.3.1', '1.2.3.2', '1.2.3.3'].map((series) => `1.2.3/${series}/instances/${series}.0.dcm`)
  /** `before` is asked before the third series is listed, each time. */
  const listing = async (before: () => Promise<void> | void) => {
    const studies = { '1.2.3': { '1.2.3.1': [10], '1.2.3.2': [20], '1.2.3.3': [30] } }
    const { source, ...rig } = await downloadRig({ studies })
    const list = source.list.bind(source)
    source.list = async function* (selection, call) {
      for await (const entry of list(selection, call)) {
        if (entry.path.includes('/1.2.3.3/')) await before()
        yield entry
      }
    }
    return { ...rig, job: createDownload(rig).download(['1.2.3'], { zip: true }) }
  }

  test('comes series by series meanwhile', async () => {
    const saved = Promise.withResolvers<void>()
    const { job } = await listing(() => saved.promise)
    job.onSave(() => saved.resolve())
    const result = await job.start()
    expect(result).toMatchObject({ complete: true, files })
  })

  test('comes once when the listing broke off and began anew', async () => {
    const saved = Promise.withResolvers<void>()
    let broken = false
    const { job } = await listing(async () => {
      await saved.promise
      if (broken) return
      broken = true
      throw new GantryError('unavailable', 'The connection was reset.')
    })
    job.onSave(() => saved.resolve())
    const heard = hear(job)
    const result = await job.start()
    expect(result).toMatchObject({ complete: true, files })
    expect(heard.progress.reduce((sum, { bytesDownloaded }) => sum + bytesDownloaded, 0)).toBe(60)
    expect(heard.save.map(({ file }) => file)).toEqual([...files, '1.2.3.zip'])
  })

  test('keeps what came when the rest cannot be listed, says so, and gets no zip', async () => {
    const { job, saved } = await listing(() => {
      throw new GantryError('permission_denied', 'Not for you.')
    })
    const result = await job.start()
    expect(result).toMatchObject({ complete: false, errors: [{ error: { code: 'permission_denied' } }] })
    expect(result.files).toEqual(files.slice(0, 1))
    expect([...(await saved()).keys()]).toEqual(files.slice(0, 1))
  })
})

test('nothing moves any more when a download has ended, also when it could not look into its directory', async () => {
  const { store, directory, target } = await downloadRig({
    target: {
      before: async ({ operation, nth }) => {
        if (operation !== 'list') return
        if (nth === 1) throw new GantryError('permission_denied', 'Not for you.')
        await sleep(50)
      },
    },
  })
  const result = await createDownload({ store, directory }).download(['1.2.3']).start()
  const written = target.count('write')
  expect(result).toMatchObject({ complete: false, errors: [{ error: { code: 'permission_denied' } }] })
  expect(result.files).toEqual(['1.2.3/1.2.3.2/instances/1.2.3.2.0.dcm'])
  await sleep(100)
  expect(target.count('write')).toBe(written)
})
