import { bytesOf, GantryError, type Selection, Store } from '@gantry/core'
import { memory } from '@gantry/memory'
import { type Identify, NamedImages } from '@gantry/transfer'
import { expect, test } from 'vitest'

import { all } from '../testing/fleet-rig.ts'
import { enumerateStudies } from './enumerate-studies.ts'

const imageOf = (path: string) => {
  const [studyInstanceUID = '', sopInstanceUID = ''] = path.replace('.dcm', '').split('/')
  return { studyInstanceUID, seriesInstanceUID: `${studyInstanceUID}.1`, sopInstanceUID, sopClassUID: '1.2' }
}

async function enumerated(identify: Identify, selection: Selection = {}) {
  const from = new Store(memory())
  for (const path of ['1.2.0/1.dcm', '1.2.0/2.dcm', '1.2.1/3.dcm']) {
    await from.write({ path, size: 1 }, bytesOf(Uint8Array.of(1)))
  }
  let refused = 0
  const found = await all(
    enumerateStudies({
      from,
      selection,
      named: new NamedImages(selection),
      identify,
      signal: new AbortController().signal,
      onRefused: () => (refused += 1),
    }),
  )
  return { refused, studies: found.map(({ study, entries }) => [study, entries.map(({ path }) => path)]) }
}

const everything = [
  ['1.2.0', ['1.2.0/1.dcm', '1.2.0/2.dcm']],
  ['1.2.1', ['1.2.1/3.dcm']],
]

test('leaves nothing out of which a header could not be read at first', async () => {
  const asked = new Set<string>()
  const identify: Identify = async (_store, { path }) => {
    if (asked.size === asked.add(path).size) return { image: imageOf(path) }
    throw new GantryError('unavailable', 'It hung up.')
  }
  expect(await enumerated(identify)).toEqual({ refused: 0, studies: everything })
})

test('ends where headers cannot be read, and may be later', async () => {
  const identify: Identify = async () => {
    throw new GantryError('unauthenticated', 'Not signed in.')
  }
  await expect(enumerated(identify)).rejects.toMatchObject({ code: 'unauthenticated' })
})

test.for(['permission_denied', 'integrity'] as const)(
  'counts what cannot be read, and tells the others: %s',
  async (code) => {
    const identify: Identify = async (_store, { path }) => {
      if (path.endsWith('2.dcm')) throw new GantryError(code, 'As the test says.')
      return { image: imageOf(path) }
    }
    expect(await enumerated(identify)).toEqual({
      refused: 1,
      studies: [
        ['1.2.0', ['1.2.0/1.dcm']],
        ['1.2.1', ['1.2.1/3.dcm']],
      ],
    })
  },
)

test('counts what may be meant, and is too damaged to say', async () => {
  const identify: Identify = async (_store, { path }) => {
    if (path.endsWith('2.dcm')) return { flaw: 'Cut off.', partly: { StudyInstanceUID: '1.2.0' } }
    return { image: imageOf(path), attributes: { Modality: 'CT' } }
  }
  expect(await enumerated(identify, { modalities: ['CT'], studies: ['1.2.0'] })).toEqual({
    refused: 1,
    studies: [['1.2.0', ['1.2.0/1.dcm']]],
  })
})
