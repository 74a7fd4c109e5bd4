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
