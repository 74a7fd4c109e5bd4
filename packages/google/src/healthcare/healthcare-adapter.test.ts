import { bytesOf, collect, openStore, type StoreDriver, toCall } from '@gantry/core'
import { withCalls } from '@gantry/core/driver'
import { memory } from '@gantry/memory'
import { describe, expect, test } from 'vitest'

import { healthcareScope } from '../oauth/scopes.ts'
import { all, failure, Rig } from '../testing/rig.ts'
import { type DicomwebPlace, healthcareAdapter } from './healthcare-adapter.ts'

const url = 'healthcare://my-project/us-central1/ct/trial'

/** A driver that tells how it was opened. */
function bench() {
  const opened: DicomwebPlace[] = []
  const adapter = healthcareAdapter({
    openDicomweb(place) {
      opened.push(place)
      return { contract: 1, scheme: 'dicomweb', abilities: {} } as unknown as StoreDriver
    },
  })
  return { adapter, opened }
}

describe('a URL', () => {
  test.each([
    [url, '/ct/dicomStores/trial'],
    [`${url}/`, '/ct/dicomStores/trial'],
    [`${url}/studies/1.2/series/3.4`, '/ct/dicomStores/trial'],
    ['healthcare://my-project/us-central1/ct/tri.al_ä', '/ct/dicomStores/tri.al_%C3%A4'],
  ])('%s is a root of DICOMweb', async (given, end) => {
    const { adapter, opened } = bench()
    await openStore(given, [adapter], { token: 't' })
    expect(opened).toMatchObject([
      {
        root: `https://healthcare.googleapis.com/v1/projects/my-project/locations/us-central1/datasets${end}/dicomWeb`,
      },
    ])
  })

  test.each([
    'healthcare://',
    'healthcare://my-project/us-central1/ct',
    'healthcare://my-project//ct/trial',
    'healthcare://my-project/../ct/trial',
    'healthcare://My Project/us/ct/trial',
    'healthcare://my-project/us/ct/trial?token=x',
    'healthcare://my-project/us/ct%2F../trial',
    'healthcare://my-project/us/ct/trial/patients/1',
    'healthcare://my-project/us/ct/trial/studies/../1',
  ])('%s is none of a store', async (given) => {
    const { adapter } = bench()
    expect((await failure(openStore(given, [adapter], { token: 't' }))).code).toBe('invalid')
  })
})

describe('a URL that goes on below the store', () => {
  const paths = [
    'studies/1.2/series/3/instances/4',
    'studies/1.2/series/5/instances/6',
    'studies/1.20/series/7/instances/8',
  ]
  const adapter = healthcareAdapter({
    openDicomweb: () => memory(),
  })

  test.each([
    ['', undefined, 3],
    ['/studies/1.2', undefined, 2],
    ['/studies/1.2', 'studies/1.2/series/5', 1],
    ['/studies/1.2/series/5', 'studies', 1],
    ['/studies/1.2', 'studies/1.20', 0],
    ['/studies/9', undefined, 0],
  ])('%s and the prefix %s list what both name, by whole segments', async (below, prefix, count) => {
    const store = await openStore(`${url}${below}`, [adapter], { token: 't' })
    for (const path of paths) await store.write({ path, size: 1 }, bytesOf(new Uint8Array(1)))
    const found = await all(store.list(prefix === undefined ? {} : { prefix }))
    expect(found).toHaveLength(count)
    expect(found.every(({ path }) => paths.includes(path))).toBe(true)
    expect(await collect((await store.read(paths[0] ?? '')).body)).toHaveLength(1)
    await store.remove(paths[0] ?? '')
    expect(await store.find(paths[0] ?? '')).toBeUndefined()
    await store.close()
  })

  test('is the whole store but for that, with all that it can do', async () => {
    const told: string[] = []
    const whole = withCalls(memory(), {
      location: () => 'the service',
      expect: async (_, entries) => void told.push(...entries.map(({ path }) => path)),
      arrived: async (path) => void told.push(path),
    })
    const store = await openStore(`${url}/studies/1.2`, [healthcareAdapter({ openDicomweb: () => whole })], {
      token: 't',
    })
    expect(await store.location()).toBe('the service')
    await store.expect('read', [{ path: 'studies/1.2' }])
    await store.arrived('studies/1.3')
    expect(told).toEqual(['studies/1.2', 'studies/1.3'])
  })
})

describe('access tokens', () => {
  const places = async (options: object) =>
    await all(bench().adapter.discover?.('healthcare://my-project/', options, toCall()))

  test('are those of the options, and of no other place', async () => {
    await using rig = await Rig.make({ projects: [{ projectId: 'my-project', locations: { eu: { ct: [] } } }] })
    const { url: baseUrl } = rig.google
    const tokens = rig.tokens([healthcareScope])
    expect(await places({ baseUrl, tokens })).toHaveLength(1)
    expect(await places({ baseUrl, token: await tokens.get() })).toHaveLength(1)
    await expect(places({ baseUrl, token: 'other' })).rejects.toMatchObject({ code: 'unauthenticated' })
    await expect(places({ baseUrl, token: 't', tokens })).rejects.toMatchObject({ code: 'invalid' })
    await expect(places({ baseUrl })).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  test('are not sent anywhere unprotected', async () => {
    await expect(places({ baseUrl: 'http://example.org', token: 't' })).rejects.toMatchObject({ code: 'invalid' })
  })
})
