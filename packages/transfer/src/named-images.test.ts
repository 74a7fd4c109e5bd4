import type { Entry } from '@gantry/core'
import { expect, test } from 'vitest'

import { NamedImages } from './named-images.ts'

const image = { studyInstanceUID: '1.1', seriesInstanceUID: '1.1.1', sopInstanceUID: '1.1.1.1', sopClassUID: '1.9' }
const entry: Entry = { path: 'a.dcm', image }

test('what is named and was not seen is missing', () => {
  const named = new NamedImages({ studies: ['1.2', '1.1', '1.3'], series: ['1.1.1'], instances: ['1.4'] })
  named.see({ path: 'notes.txt' })
  named.see(entry)
  named.see(entry)
  expect(named.missing().map(({ path }) => path)).toEqual(['studies/1.2/', 'studies/1.3/', 'instances/1.4/'])
  expect(named.missing()[0]?.message).toContain('--study')
  expect(named.missing()[2]?.message).toMatch(/its UID\.$/u)
})

test('what narrows without naming misses nothing', () => {
  expect(new NamedImages({ modalities: ['CT'], since: '2026-01-01' }).missing()).toEqual([])
})
