import type { DicomJson } from '@gantry/core'
import { describe, expect, test } from 'vitest'

import type { SearchOptions } from './searching.ts'
import { dicomwebClient as browserClient } from '../index.ts'
import { dicomwebClient } from '../node.ts'
import type { ProfileName } from '../profiles/profile.ts'
import { searchServiceForTests, studies } from '../testing/search-service.ts'

const service = searchServiceForTests()

async function found(options: SearchOptions = {}, profile?: ProfileName, open = dicomwebClient): Promise<string[]> {
  const client = open({ root: service.url, ...(profile !== undefined && { profile }) })
  try {
    return (await all(client.searchForStudies(options))).map(uidOf)
  } finally {
    client.close()
  }
}

async function all(matches: AsyncIterable<DicomJson>): Promise<DicomJson[]> {
  const told: DicomJson[] = []
  for await (const match of matches) told.push(match)
  return told
}

function uidOf(match: DicomJson): string {
  return match['0020000D']?.Value?.[0] as string
}

async function failure(options: SearchOptions, profile?: ProfileName): Promise<unknown> {
  return await found(options, profile).then(
    () => undefined,
    (error: unknown) => error,
  )
}

function uids(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, index) => `1.2.${from + index}`)
}

describe.each([
  ['node:http', dicomwebClient],
  ['fetch', browserClient],
] as const)('over %s', (_name, open) => {
  test('all, and what matches', async () => {
    expect(await found({}, undefined, open)).toEqual(uids(0, 5))
    expect(await found({ match: { PatientName: 'doe*' } }, undefined, open)).toEqual(['1.2.1', '1.2.2', '1.2.4'])
    expect(await found({ match: { StudyDate: '20240102-20240103' } }, undefined, open)).toEqual(uids(1, 3))
    expect(await found({ match: { StudyInstanceUID: '1.2.1,1.2.3' } }, undefined, open)).toEqual(['1.2.1', '1.2.3'])
    expect(await found({ study: '1.2.3' }, undefined, open)).toEqual(['1.2.3'])
    expect(await found({ limit: 2 }, undefined, open)).toEqual(uids(0, 2))
  })
})

describe('pages', () => {
  const many = 1234

  test.each([
    ['generic', {}, 3],
    ['generic', { most: 300 }, 6],
    ['azure', { emptyIs204: true, most: 200 }, 7],
    ['google', {}, 2],
    ['dcm4chee', { warns: true }, 2],
    ['dcm4chee', { warns: true, most: 500 }, 3],
    ['generic', { repeats: true }, 3],
    ['generic', { ignoresLimit: true, ignoresOffset: true }, 2],
  ] as const)('of %s, %j: %i requests', async (profile, habits, requests) => {
    service.matches = studies(many)
    service.habits = { ...habits, ...(profile === 'google' && { reach: 1_000_000 }) }
    const told = await found({}, profile)
    expect(new Set(told).size).toBe(many)
    expect(told).toHaveLength(many)
    // One more asks whether offsets reach as far.
    expect(service.seen.length - (profile === 'google' ? 1 : 0)).toBe(requests)
  })

  test('that are always the same end with an error, never without end or with less', async () => {
    service.matches = studies(many)
    service.habits = { ignoresOffset: true }
    expect(await failure({})).toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('paging') as string,
    })
    expect(service.seen.length).toBeLessThan(5)
  })

  test('that are short and the same, where all was told', async () => {
    service.habits = { ignoresOffset: true, ignoresLimit: true }
    expect(await found()).toEqual(uids(0, 5))
    service.matches = studies(51_000)
    service.habits = { ...service.habits, tells: ['0020000D'] }
    expect(await found()).toHaveLength(51_000)
  }, 60_000)

  test('are asked for when they are wanted', async () => {
    service.matches = studies(many)
    const client = dicomwebClient({ root: service.url })
    for await (const match of client.searchForStudies()) {
      expect(uidOf(match)).toBe('1.2.0')
      break
    }
    expect(service.seen).toHaveLength(1)
    client.close()
  })

  test('who wants few asks for few', async () => {
    await found({ limit: 3 })
    expect(service.seen.map((query) => query.get('limit'))).toEqual(['3'])
  })

  test('one study needs one request', async () => {
    await found({ match: { StudyInstanceUID: '1.2.3' } })
    expect(service.seen).toHaveLength(1)
  })

  test('an aborted search ends', async () => {
    service.matches = studies(many)
    const client = dicomwebClient({ root: service.url })
    const controller = new AbortController()
    const read = async () => {
      for await (const match of client.searchForStudies({ signal: controller.signal })) controller.abort(match)
    }
    await expect(read()).rejects.toMatchObject({ code: 'cancelled' })
    client.close()
  })
})

describe('a page that fails', () => {
  test.each([{ status: 503 }, { status: 429, headers: { 'retry-after': '0' } }])(
    'with %j is asked for again',
    async (instead) => {
      service.instead.push(instead, instead)
      expect(await found()).toEqual(uids(0, 5))
    },
  )

  test('for long ends the search', async () => {
    service.instead.push({ status: 429, headers: { 'retry-after': '120' } })
    expect(await failure({})).toMatchObject({ code: 'rate_limited', retryAfter: 120_000 })
  })

  test.each([
    { status: 200, body: '<html>Sign in</html>' },
    { status: 200, body: '{"hello":"world"}' },
    { status: 200, body: '[1]' },
    { status: 200, body: '' },
    { status: 200, body: '', headers: { 'content-type': 'application/dicom+json' } },
    { status: 200, headers: { 'content-type': 'text/html', 'content-length': '0' } },
  ] as (typeof service.instead)[number][])('with what is none: %j', async (instead) => {
    service.instead.push(instead, instead, instead)
    expect(await failure({})).toMatchObject({ code: 'unavailable' })
  })

  test('with a refusal is not', async () => {
    service.instead.push({ status: 403 })
    expect(await failure({})).toMatchObject({ code: 'permission_denied' })
    expect(service.seen).toHaveLength(1)
  })
})

test('what is no value, of one attribute, takes nothing else with it', async () => {
  const [first, ...rest] = studies(5)
  const odd = { ...first, '00100030': { vr: 'DA', Value: null }, '00100040': null, '00080050': { Value: 'x' } }
  service.matches = [odd as unknown as DicomJson, ...rest]
  expect(await found()).toEqual(uids(0, 5))
})

test('UIDs are told without their padding', async () => {
  const uid = '0020000D'
  service.matches = studies(2).map((match, index) => {
    const told = `${match[uid]?.Value?.[0] as string}${index === 0 ? ' ' : '\0'}`
    return { ...match, [uid]: { vr: 'UI', Value: [told] } }
  })
  expect(await found()).toEqual(uids(0, 2))
})

describe('keys that the service passes over', () => {
  test('are matched here', async () => {
    service.habits = { ignoresKeys: true }
    expect(await found({ match: { PatientName: 'muller*' } })).toEqual(['1.2.0', '1.2.3'])
    expect(await found({ match: { StudyDescription: '*3' } })).toEqual(['1.2.3'])
    expect(service.seen.at(-1)?.get('includefield')).toBe('StudyDescription')
    expect(await found({ match: { ModalitiesInStudy: 'MR', PatientID: 'P1' }, limit: 1 })).toEqual(['1.2.1'])
  })

  test('are matched here on every page', async () => {
    service.matches = studies(1234)
    service.habits = { ignoresKeys: true }
    expect(await found({ study: '1.2.1233', limit: 1 })).toEqual(['1.2.1233'])
    expect(service.seen.length).toBeLessThan(5)
  })

  test('and tells nothing of are an error', async () => {
    service.habits = { ignoresKeys: true, tells: ['0020000D'] }
    expect(await failure({ match: { PatientName: 'muller*' } })).toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('"PatientName"') as string,
    })
  })

  test('are believed where unknown ones are refused', async () => {
    service.habits = { tells: ['0020000D'] }
    expect(await found({ match: { PatientID: 'P1' } }, 'google')).toEqual(['1.2.1', '1.2.4'])
  })
})

describe('keys that the service does not know', () => {
  const keysOf = (query: URLSearchParams | undefined) =>
    [...(query?.keys() ?? [])].filter((name) => name !== 'limit' && name !== 'offset')

  test.each([
    [{ PatientName: 'doe*' }, [], ['1.2.1', '1.2.2', '1.2.4']],
    [{ ModalitiesInStudy: 'MR' }, [], ['1.2.1', '1.2.3']],
    [{ PatientID: 'P1', StudyDate: '20240103-' }, ['PatientID', 'StudyDate'], ['1.2.4']],
    [{ StudyDescription: 'Study 2' }, ['includefield'], ['1.2.2']],
  ] as const)('google, %j', async (match, sent, expected) => {
    expect(await found({ match }, 'google')).toEqual(expected)
    expect(keysOf(service.seen[0])).toEqual(sent)
  })

  test('a list of UIDs becomes one search each', async () => {
    expect(await found({ match: { StudyInstanceUID: '1.2.1,1.2.3,1.2.1' } }, 'google')).toEqual(['1.2.1', '1.2.3'])
    expect(service.seen.map((query) => query.get('StudyInstanceUID'))).toEqual(['1.2.1', '1.2.3'])
  })

  test('fuzzy is done here or there', async () => {
    expect(await found({ match: { PatientName: 'jo' }, fuzzy: true }, 'google')).toEqual(['1.2.0', '1.2.2', '1.2.3'])
    expect(service.seen.at(-1)?.get('fuzzymatching')).toBe('true')
    expect(await found({ match: { PatientName: 'jo' }, fuzzy: true }, 'orthanc')).toEqual(['1.2.0', '1.2.2', '1.2.3'])
    expect(service.seen.at(-1)?.has('PatientName')).toBe(false)
  })

  test('who answers is found out, where that matters', async () => {
    service.instead.push({ status: 404, body: '{"OrthancStatus":17}' })
    expect(await found({ match: { PatientName: 'müll*' } })).toEqual(['1.2.0', '1.2.3'])
    expect(service.seen[1]?.has('PatientName')).toBe(false)
  })
})

describe('more than an offset reaches', () => {
  test('is split by dates, each study once', async () => {
    // 12,000 studies, of which 10,000 can be paged through.
    service.matches = studies(12_000)
    service.habits = { most: 100, reach: 10_000 }
    const told = await found({ match: { StudyDate: '20240101-20601231' } }, 'aws')
    expect(new Set(told)).toEqual(new Set(uids(0, 12_000)))
    expect(told).toHaveLength(12_000)
  }, 120_000)

  test('is an error where it cannot be split, before anything is told', async () => {
    service.matches = studies(10_001)
    const client = dicomwebClient({ root: service.url, profile: 'aws' })
    await expect(client.searchForStudies().next()).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('StudyDate') as string,
    })
    client.close()
  })
})

test('what is wrong is told before anything is asked', async () => {
  expect(await failure({ match: { PatientNmae: 'x' } })).toMatchObject({ code: 'invalid' })
  expect(await failure({ match: { StudyDate: '2024' } })).toMatchObject({ code: 'invalid' })
  expect(service.seen).toHaveLength(0)
})

test('paths name what they are within', async () => {
  const client = dicomwebClient({ root: service.url })
  service.matches = []
  service.paths.length = 0
  await all(client.searchForSeries({ study: '1.2' }))
  await all(client.searchForInstances({ study: '1.2', series: '1.3' }))
  await all(client.searchForInstances({ series: '1.3' }))
  await expect(all(client.searchForSeries({ study: '../1' }))).rejects.toMatchObject({ code: 'invalid' })
  expect(service.paths).toEqual(['/rs/studies/1.2/series', '/rs/studies/1.2/series/1.3/instances', '/rs/instances'])
  expect(service.seen[2]?.get('SeriesInstanceUID')).toBe('1.3')
  client.close()
})
