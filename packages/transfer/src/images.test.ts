import { type ImageIdentity, type ParcelsAbility, Store } from '@gantry/core'
import { memory, MemoryContents } from '@gantry/memory'
import { phantom, type PhantomFile } from '@gantry/testkit/phantom'
import { describe, expect, test } from 'vitest'

import { compareStores } from './compare-stores.ts'
import type { JobOptions } from './job.ts'
import { memoryJournal } from './journal/memory-journal.ts'
import { createJobSpec, type NewJob } from './create-job-spec.ts'
import { openJob } from './open-job.ts'
import { all } from './testing/all.ts'
import { fill } from './testing/contents.ts'

const placeOf = ({ studyInstanceUID, seriesInstanceUID, sopInstanceUID }: ImageIdentity) =>
  `${studyInstanceUID}/${seriesInstanceUID}/${sopInstanceUID}`

/** A folder of images of two studies, of two series each, with a letter between them. */
async function place(parcels?: ParcelsAbility) {
  const files: PhantomFile[] = []
  for await (const file of phantom({ size: 8, studies: 2, series: 2, slices: 3 })) files.push(file)
  const from = new Store(memory())
  await fill(
    from,
    new Map([...files.map(({ path, bytes }) => [path, bytes] as const), ['letter.txt', new Uint8Array(9)]]),
  )
  const contents = new MemoryContents()
  const to = new Store(memory({ contents, images: true, ...(parcels !== undefined && { parcels }) }))
  const images = new Map(files.map(({ path, image }) => [path, image]))
  let read = 0
  const identify: JobOptions['identify'] = async (_, { path }) => {
    read += 1
    const image = images.get(path)
    return image === undefined ? undefined : { image }
  }
  const run = async (spec: Partial<NewJob> = {}) => {
    const journal = memoryJournal(createJobSpec({ from: from.url, to: to.url, ...spec }))
    const result = await (await openJob({ from, to, journal, identify })).run()
    return { result, failures: await all(journal.failures()) }
  }
  /** Another file of the source that says it is this image. */
  const copyOf = async ({ image }: PhantomFile, path: string, bytes: Uint8Array) => {
    images.set(path, image)
    await fill(from, new Map([[path, bytes]]))
  }
  return { from, to, files, identify, run, copyOf, headersRead: () => read }
}

describe('a store whose paths name images', () => {
  test('tells of what is DICOM and cannot be read why it has no place', async () => {
    const { from, to } = await place()
    const journal = memoryJournal(createJobSpec({ from: from.url, to: to.url, selection: { include: ['*.txt'] } }))
    const identify = async () => ({ flaw: 'Malformed DICOM: it is nested too deep.' })
    await (await openJob({ from, to, journal, identify })).run()
    expect(await all(journal.failures())).toMatchObject([
      { path: 'letter.txt', code: 'invalid', message: 'Malformed DICOM: it is nested too deep.' },
    ])
  })

  test.for([
    ['single entries', undefined],
    ['series', { store: { unit: 'series', resumable: false } }],
    ['studies', { store: { unit: 'study', resumable: false } }],
  ] as const)('gets all images where it has them, as %s, and what is none is told', async ([, parcels]) => {
    const { to, files, run } = await place(parcels)
    const { result, failures } = await run()
    expect(result).toMatchObject({ phase: 'completed', progress: { done: { entries: 12 }, failed: { entries: 1 } } })
    expect(failures).toMatchObject([{ path: 'letter.txt', target: '', code: 'invalid' }])
    expect(failures[0]?.message).toContain('no DICOM image')
    expect((await all(to.list())).map(({ path }) => path)).toEqual(files.map(({ image }) => placeOf(image)).sort())
  })

  test('keeps paths where that was asked for, which it refuses', async () => {
    const { run } = await place()
    const { result, failures } = await run({ layout: 'keep' })
    expect(result.progress).toMatchObject({ done: { entries: 0 }, failed: { entries: 13 } })
    expect(new Set(failures.map(({ code }) => code))).toEqual(new Set(['invalid']))
  })

  test('is compared where it has them', async () => {
    const { from, to, identify, run } = await place()
    await run()
    const compared = await all(compareStores({ from, to, identify, deep: true }))
    expect(compared.filter(({ outcome }) => outcome === 'same')).toHaveLength(12)
    expect(compared.filter(({ outcome }) => outcome === 'missing')).toMatchObject([{ path: 'letter.txt', target: '' }])
  })

  test('has its headers read once an entry', async () => {
    const { run, headersRead } = await place({ store: { unit: 'series', resumable: false } })
    await run()
    expect(headersRead()).toBe(13)
  })

  test.for([
    ['single entries', undefined],
    ['series', { store: { unit: 'series', resumable: false } }],
  ] as const)('keeps an image once that the source has twice, as %s', async ([, parcels]) => {
    const { from, to, files, run, copyOf } = await place(parcels)
    const [first, second] = files
    if (first === undefined || second === undefined) throw new Error('No files.')
    await copyOf(first, 'again/equal.dcm', first.bytes)
    const other = Uint8Array.from(second.bytes)
    other[other.length - 1] = (other.at(-1) ?? 0) ^ 1
    await copyOf(second, 'again/other.dcm', other)
    const { result, failures } = await run({ verify: true })
    expect(result.progress).toMatchObject({
      done: { entries: 12 },
      skipped: { entries: 1 },
      failed: { entries: 2 },
    })
    // Which of the two came first is decided by their paths, in every run.
    expect(failures.map(({ code }) => code).sort()).toEqual(['already_exists', 'invalid'])
    expect(await all(to.list())).toHaveLength(12)
    expect(await all(from.list())).toHaveLength(15)
  })

  test('is not given a parcel with a name that it cannot keep: that entry fails alone', async () => {
    const { files, run, copyOf } = await place({ store: { unit: 'series', resumable: false } })
    const [first] = files
    if (first === undefined) throw new Error('No files.')
    const image = { ...first.image, sopInstanceUID: '1'.repeat(400) }
    await copyOf({ ...first, image }, 'long.dcm', first.bytes)
    const { result } = await run()
    expect(result.progress).toMatchObject({ done: { entries: 12 }, failed: { entries: 2 } })
  })
})
