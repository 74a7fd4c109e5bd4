import { expect, test } from 'vitest'

import type { IgtStudy } from '../api/study-schemas.ts'
import { foldersOf } from './folder.ts'

test('no two studies share a folder, also where one is called as another would be to tell it apart', () => {
  const study = (studyDatabaseId: string, name: string) => ({ studyDatabaseId, studyIdHumanReadable: name }) as IgtStudy
  const studies = [study('1', 'P/S'), study('2', 'P/S---3'), study('3', 'P/S')]
  expect([...foldersOf(studies, 'flat')].map(([folder, { studyDatabaseId }]) => [folder, studyDatabaseId])).toEqual([
    ['P---S', '1'],
    ['P---S---3', '2'],
    ['P---S---3---3', '3'],
  ])
})
