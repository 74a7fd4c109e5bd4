import type { Selection } from '@gantry/core'
import { expect, test } from 'vitest'

import type { Identify } from './job.ts'
import { all } from './testing/all.ts'
import { rig } from './testing/rig.ts'

test('a plan refuses what is damaged where its header would have to say that it is meant, unless it says that it is not', async () => {
  const says: { readonly [path: string]: Awaited<ReturnType<Identify>> } = {
    'cut.dcm': { flaw: 'It is cut.', partly: {} },
    'cut-ct.dcm': { flaw: 'It is cut.', partly: { Modality: 'CT' } },
    'cut-mr.dcm': { flaw: 'It is cut.', partly: { Modality: 'MR' } },
    'directory.dcm': { flaw: 'It is no image.', attributes: {} },
    'cut.bin': { flaw: 'It is cut.' },
  }
  const entries = new Map([...Object.keys(says), 'letter.dcm', 'ct.dcm'].map((path) => [path, new Uint8Array(9)]))
  const identify: Identify = async (_store, { path }) =>
    path === 'ct.dcm' ? { attributes: { Modality: 'CT' } } : says[path]
  const made = await rig({ entries, spec: { selection: { modalities: ['CT'], extensions: ['dcm'] } } })
  const result = await (await made.open({ identify })).run()
  expect(result).toMatchObject({ phase: 'completed', progress: { done: { entries: 1 }, failed: { entries: 2 } } })
  const flawed = { code: 'integrity', message: 'It is cut.' }
  expect(await all(made.journal.failures())).toMatchObject([
    { path: 'cut-ct.dcm', ...flawed },
    { path: 'cut.dcm', ...flawed },
  ])
})

test('what is damaged and says by its UIDs that it is another is not meant', async () => {
  const uids = { StudyInstanceUID: '1.2.3', SeriesInstanceUID: '1.2.3.4', SOPInstanceUID: '1.2.3.4.5' }
  const says: { readonly [path: string]: Awaited<ReturnType<Identify>> } = {
    'another.dcm': { flaw: 'It is cut.', partly: { ...uids, StudyInstanceUID: '9.9.9' } },
    'cut.dcm': { flaw: 'It is cut.', partly: {} },
    'meant.dcm': { flaw: 'It is cut.', partly: uids },
    'series.dcm': { flaw: 'It is cut.', partly: { ...uids, SeriesInstanceUID: '9.9.9' } },
  }
  const entries = new Map(Object.keys(says).map((path) => [path, new Uint8Array(9)]))
  const identify: Identify = async (_store, { path }) => says[path]
  const failed = async (selection: Selection) => {
    const made = await rig({ entries, spec: { selection } })
    await (await made.open({ identify })).run()
    return (await all(made.journal.failures())).map(({ path }) => path)
  }
  expect(await failed({ studies: ['1.2.3', '1.2.4'] })).toEqual(['cut.dcm', 'meant.dcm', 'series.dcm'])
  expect(await failed({ series: ['1.2.3.4'] })).toEqual(['another.dcm', 'cut.dcm', 'meant.dcm'])
  expect(await failed({ studies: ['1.2.3'], instances: ['9.9.9'] })).toEqual(['cut.dcm'])
})
