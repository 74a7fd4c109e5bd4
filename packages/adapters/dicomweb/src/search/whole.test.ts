import type { DicomJson } from '@gantry/core'
import { describe, expect, test } from 'vitest'

import { dicomwebClient } from '../node.ts'
import { type Habits, searchServiceForTests, studies } from '../testing/search-service.ts'
import type { SearchOptions } from './searching.ts'

const service = searchServiceForTests()

async function found(options: SearchOptions = {}, paging: 'pages' | 'none' = 'pages'): Promise<DicomJson[]> {
  const client = dicomwebClient({ root: service.url, paging })
  const told: DicomJson[] = []
  try {
    for await (const match of client.searchForStudies(options)) told.push(match)
    return told
  } finally {
    client.close()
  }
}

describe('where offsets are ignored', () => {
  test.each<[number, Habits]>([
    // Fewer than were asked for: one, or a number that is nobody's maximum.
    [1, {}],
    [5, {}],
    [123, {}],
    [123, { ignoresLimit: true }],
    [1, { warns: true, most: 1 }],
    // A static list, which takes no notice of anything.
    [100, { ignoresLimit: true }],
    // The service gives more of something else.
    [50, { instances: 200 }],
  ])('%i are all, %j', async (count, habits) => {
    service.matches = studies(count)
    service.habits = { ...habits, ignoresOffset: true }
    expect(await found()).toEqual(service.matches)
  })

  test.each<[number, Habits]>([
    // Nobody knows whether the service has 100, or gives no more.
    [100, {}],
    [250, { most: 100 }],
    [300, { most: 256 }],
    [50, { instances: 200, most: 50 }],
    [100, { instances: 200 }],
    [1000, {}],
    [1234, {}],
    // Told by the service itself.
    [5, { most: 3, warns: true }],
    [5, { most: 1, warns: true }],
  ])('%i may not be all, %j', async (count, habits) => {
    service.matches = studies(count)
    service.habits = { ...habits, ignoresOffset: true }
    const message = expect.stringContaining('"none"') as string
    await expect(found()).rejects.toMatchObject({ code: 'unsupported', message })
  })

  test('few that were wanted, and did not match, are asked for in a longer page', async () => {
    service.habits = { ignoresOffset: true, ignoresKeys: true }
    expect(await found({ match: { PatientID: 'P2' }, limit: 1 })).toEqual([service.matches[2]])
  })

  test('the option says so, and one request asks for all', async () => {
    service.matches = studies(1000)
    service.habits = { ignoresOffset: true }
    expect(await found({}, 'none')).toHaveLength(1000)
    expect(service.seen.map((query) => [query.get('limit'), query.get('offset')])).toEqual([['100000', null]])
    service.habits = { most: 100, warns: true }
    await expect(found({}, 'none')).rejects.toMatchObject({ code: 'unsupported' })
  })
})

describe('what is no page', () => {
  const pageOf = (count: number) => ({ status: 200, body: JSON.stringify(studies(count)) })

  test.each([{ status: 404 }, { status: 400 }, { status: 200 }])('ends the pages: %j', async (last) => {
    service.instead.push(pageOf(5), last, last, last)
    expect(await found()).toEqual(service.matches)
    service.instead.length = 0
    // Behind one that may have been cut, it may stand for matches that nobody reaches.
    service.instead.push(pageOf(100), last, last, last)
    const code = expect.stringMatching(/not_found|invalid|unavailable/u) as string
    await expect(found()).rejects.toMatchObject({ code })
  })

  test('is an empty one, if it is the word of a program for that', async () => {
    service.instead.push(pageOf(100), { status: 200, body: 'null' })
    expect(await found()).toHaveLength(100)
  })

  test.each([
    { status: 204 },
    { status: 200, body: 'null' },
    { status: 200, headers: { 'content-type': 'application/dicom+json', 'content-length': '0' } },
  ] as (typeof service.instead)[number][])('is an empty first one: %j', async (first) => {
    service.instead.push(first)
    expect(await found()).toEqual([])
  })
})
