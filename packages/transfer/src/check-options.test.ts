import { describe, expect, test } from 'vitest'

import { createDownload } from './download/index.ts'
import type { JobOptions } from './job.ts'
import { downloadRig } from './testing/download-rig.ts'
import { few, rig } from './testing/rig.ts'

const invalid = (message: string) =>
  expect.objectContaining({ code: 'invalid', message: expect.stringContaining(message) })

describe('options', () => {
  test.for([
    [{ verifyKep: true }, '"verifyKep"'],
    [{ stall: Number.NaN }, '"stall"'],
    [{ stall: -1 }, '"stall"'],
    [{ stall: '30' }, '"stall"'],
    [{ retryTiming: { base: -5, longest: 1 } }, '"base"'],
    [{ retryTiming: { base: 5, longest: Number.NaN } }, '"longest"'],
    [{ limits: { attempts: 0 } }, '"attempts"'],
    [{ limits: { attempts: 1.5 } }, '"attempts"'],
    [{ limits: { tries: 3 } }, '"tries"'],
    [{ verifyKept: 'yes' }, '"verifyKept"'],
    [{ layout: 'keep' }, '"layout"'],
    [{ toString: true }, '"toString"'],
  ] as const)('of a job that are none are refused by their names: %j', async ([options, name]) => {
    const made = await rig({ entries: few(1) })
    await expect(made.open(options as unknown as Partial<JobOptions>)).rejects.toEqual(invalid(name))
  })

  test('that are undefined are left out', async () => {
    const made = await rig({ entries: few(1) })
    const open = async (options: object) => await made.open(options)
    const job = await open({
      limits: { attempts: undefined, retries: undefined },
      verifyKept: undefined,
      layout: undefined,
    })
    expect(job.state.limits).toMatchObject({ attempts: 8, retries: 10_000 })
    expect(await job.run()).toMatchObject({ phase: 'completed' })
  })

  test('of downloads that are none are refused by their names, and so are studies', async () => {
    const { store, directory } = await downloadRig()
    const make = createDownload as (options: object) => ReturnType<typeof createDownload>
    expect(() => make({ store, directory, stal: 1 })).toThrow(invalid('"stal"'))
    expect(() => make({ store, directory, stall: Number.NaN })).toThrow(invalid('"stall"'))
    expect(() => make({ store, directory, partSize: 0 })).toThrow(invalid('"partSize"'))
    const download = make({ store, directory, hashing: undefined })
    const begin = download.download.bind(download) as (studies?: unknown, options?: object) => unknown
    expect(() => begin()).toThrow(invalid('Studies'))
    expect(() => begin('1.2.3')).toThrow(invalid('Studies'))
    expect(() => begin(['1.2.3'], { zipp: true })).toThrow(invalid('"zipp"'))
    expect(() => begin(['1.2.3'], { concurrency: 0 })).toThrow(invalid('concurrency'))
    const stats = download.getStats.bind(download) as (studies?: unknown, options?: object) => Promise<unknown>
    await expect(stats()).rejects.toEqual(invalid('Studies'))
    await expect(stats(['1.2.3'], { verfy: true })).rejects.toEqual(invalid('"verfy"'))
  })
})
