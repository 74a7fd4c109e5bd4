import type { GoogleOptions, GoogleProject } from '@gantry-tooling/servers/google'
import { type Discovered, toCall } from '@gantry/core'
import { describe, expect, test } from 'vitest'

import { healthcareScope, projectsScope } from '../oauth/scopes.ts'
import { all, failure, Rig } from '../testing/rig.ts'
import { discover } from './discover.ts'
import { googleApi } from './google-api.ts'
import { MissingPermission } from './missing-permission.ts'

const platform = 'https://www.googleapis.com/auth/cloud-platform'

const projects: readonly GoogleProject[] = [
  { projectId: 'my-project', locations: { 'us-central1': { ct: ['trial', 'routine'], mr: [] }, eu: { pet: 5000 } } },
  { projectId: 'my-prototype', locations: {} },
  { projectId: 'other' },
  { projectId: 'my-past', state: 'DELETE_REQUESTED' },
]

async function bench(options: GoogleOptions = {}, scopes: readonly string[] = [healthcareScope, projectsScope]) {
  const rig = await Rig.make({ projects, ...options })
  const { google } = rig
  const api = googleApi({ tokens: rig.tokens(scopes), baseUrl: google.url, projectsUrl: google.url })
  const below = (url: string, signal = new AbortController().signal) => discover(api, url, toCall({ signal }))
  const urls = async (url: string) => (await all(below(url))).map((place) => place.url)
  return { rig, google, api, below, urls, [Symbol.asyncDispose]: async () => await google.stop() }
}

const summary = ({ name, kind, store, error }: Discovered) => ({ name, kind, store, code: error?.code })

describe('what lies below', () => {
  test('Google: projects that are active, with a token for projects alone and with one for all', async () => {
    for (const scopes of [[healthcareScope, projectsScope], [platform]]) {
      await using google = await bench({}, scopes)
      expect((await all(google.below('healthcare://'))).map(summary)).toEqual(
        ['my-project', 'my-prototype', 'other'].map((name) => ({
          name,
          kind: 'project',
          store: false,
          code: undefined,
        })),
      )
    }
  })

  test('a project: the locations that have datasets', async () => {
    await using google = await bench()
    expect((await all(google.below('healthcare://my-project'))).map(summary)).toEqual([
      { name: 'us-central1', kind: 'location', store: false, code: undefined },
      { name: 'eu', kind: 'location', store: false, code: undefined },
    ])
    expect(await google.urls('healthcare://my-prototype/')).toEqual([])
  })

  test('a location and a dataset', async () => {
    await using google = await bench()
    expect(await google.urls('healthcare://my-project/us-central1')).toEqual([
      'healthcare://my-project/us-central1/ct',
      'healthcare://my-project/us-central1/mr',
    ])
    const stores = await all(google.below('healthcare://my-project/us-central1/ct/'))
    expect(stores.map(summary)).toEqual(
      ['trial', 'routine'].map((name) => ({ name, kind: 'store', store: true, code: undefined })),
    )
    expect(await google.urls('healthcare://my-project/us-central1/mr/')).toEqual([])
  })

  test('a store is for the store itself to say', async () => {
    await using google = await bench()
    expect(google.below('healthcare://my-project/us-central1/ct/trial')).toBeUndefined()
    expect(google.below('healthcare://my-project/us-central1/ct/trial/studies/1.2')).toBeUndefined()
  })
})

describe('a name that is only begun', () => {
  test.each([
    ['healthcare://my-pro', ['healthcare://my-project', 'healthcare://my-prototype']],
    ['healthcare://my-project/us', ['healthcare://my-project/us-central1']],
    ['healthcare://my-project/us-central1/m', ['healthcare://my-project/us-central1/mr']],
  ])('%s is completed', async (url, expected) => {
    await using google = await bench()
    const found = await google.urls(url)
    expect(found).toEqual(expected)
  })

  test('is looked for by the service where that can, else here', async () => {
    await using google = await bench()
    await google.urls('healthcare://my-pro')
    const asked = google.google.requests.filter(({ path }) => path === '/v1/projects')
    expect(asked.map(({ query }) => query.get('filter'))).toEqual(['id:my-pro*'])
    google.google.controls.failures.push({ path: '/v3/projects:search', status: 400 })
    expect(await google.urls('healthcare://my-pro')).toHaveLength(2)
  })

  test('of nothing is what the service said of it', async () => {
    await using google = await bench()
    const error = await failure(all(google.below('healthcare://nothing')))
    expect(error.code).toBe('permission_denied')
  })
})

describe('thousands of stores', () => {
  test('are listed as they are read: no page is asked for before it is needed', async () => {
    await using google = await bench()
    const path = '/v1/projects/my-project/locations/eu/datasets/pet/dicomStores'
    const places = google.below('healthcare://my-project/eu/pet')?.[Symbol.asyncIterator]()
    const first = await places?.next()
    expect(first?.value).toMatchObject({ name: 'store-00000' })
    await places?.return?.()
    // The one that is read, and the next.
    expect(google.rig.count(path)).toBeLessThanOrEqual(2)
    const found = await all(google.below('healthcare://my-project/eu/pet/'))
    expect(new Set(found.map(({ url }) => url)).size).toBe(5000)
  })

  test('come whole also when pages are small, and some without items', async () => {
    await using google = await bench({ largestPage: 100, emptyPages: 3 })
    expect(await google.urls('healthcare://my-project/eu/pet/')).toHaveLength(5000)
  })
})

describe('what is refused', () => {
  test('is told of the place alone, with the permission and the role; the others are told all the same', async () => {
    await using google = await bench()
    const permission = 'healthcare.datasets.list'
    google.google.controls.denied.push({ resource: 'projects/my-project/locations/us-central1', permission })
    const places = await all(google.below('healthcare://my-project'))
    expect(places.map(summary)).toEqual([
      { name: 'us-central1', kind: 'location', store: false, code: 'permission_denied' },
      { name: 'eu', kind: 'location', store: false, code: undefined },
    ])
    const error = places[0]?.error
    expect(error?.message).toContain('healthcare.datasets.list')
    expect(error?.message).toContain('roles/healthcare.dicomViewer')
    expect(error?.cause).toBeInstanceOf(MissingPermission)
    expect(error?.cause).toMatchObject({ permission, role: 'roles/healthcare.dicomViewer' })
  })

  test('is no blank list', async () => {
    await using google = await bench()
    google.google.controls.denied.push({
      resource: 'projects/my-project/locations/us-central1/datasets/ct',
      permission: 'healthcare.dicomStores.list',
    })
    const error = await failure(all(google.below('healthcare://my-project/us-central1/ct/')))
    expect(error).toMatchObject({ code: 'permission_denied', message: expect.stringContaining('dicomStores.list') })
    const begun = await all(google.below('healthcare://my-project/us-central1/ct'))
    expect(begun.map(summary)).toEqual([{ name: 'ct', kind: 'dataset', store: false, code: 'permission_denied' }])
  })

  test('to a token that is too narrow is said to be so', async () => {
    await using google = await bench({}, ['openid'])
    const error = await failure(all(google.below('healthcare://')))
    expect(error.code).toBe('permission_denied')
    expect(error.message).toContain('sign in again')
  })

  test('because the API is not enabled is said with what enables it, also as a list of one', async () => {
    await using google = await bench()
    const details = [{ '@type': 't', reason: 'SERVICE_DISABLED', domain: 'googleapis.com', metadata: { service: 's' } }]
    const error = { code: 403, message: 'SERVICE_DISABLED', status: 'PERMISSION_DENIED', details }
    for (const body of [{ error }, [{ error }]]) {
      google.google.controls.failures.push({ path: 'dicomStores', status: 403, body: JSON.stringify(body) })
      const refused = await failure(all(google.below('healthcare://my-project/us-central1/ct/')))
      expect(refused).toMatchObject({ code: 'permission_denied', message: expect.stringContaining('services enable') })
    }
  })
})

describe('a request that fails', () => {
  test.each([
    [429, undefined],
    [503, undefined],
    ['hangup', undefined],
    [429, '0'],
  ] as const)('with %s is sent again', async (status, retryAfter) => {
    await using google = await bench()
    const failed = { path: 'dicomStores', status, ...(retryAfter !== undefined && { retryAfter }) }
    google.google.controls.failures.push(failed)
    expect(await google.urls('healthcare://my-project/us-central1/ct/')).toHaveLength(2)
  })

  test('with an access token that has ended gets one new token', async () => {
    await using google = await bench()
    await google.urls('healthcare://my-project/us-central1/ct/')
    google.google.expireTokens()
    expect(await google.urls('healthcare://my-project/us-central1/ct/')).toHaveLength(2)
  })

  test('with a long wait is left to whoever asked', async () => {
    await using google = await bench()
    google.google.controls.failures.push({ path: 'dicomStores', status: 429, retryAfter: '60' })
    const error = await failure(all(google.below('healthcare://my-project/us-central1/ct/')))
    expect(error).toMatchObject({ code: 'rate_limited', retryAfter: 60_000 })
  })

  test.each(['<html>Sign in</html>', '{"dicomStores":[{}]}', '{"dicomStores":7}'])(
    'with %s is none of Google',
    async (body) => {
      await using google = await bench()
      google.google.controls.failures.push(
        ...Array.from({ length: 3 }, () => ({ path: 'dicomStores', status: 200, body })),
      )
      const error = await failure(all(google.below('healthcare://my-project/us-central1/ct/')))
      expect(error.code).toBe('unavailable')
    },
  )

  test('by a list that goes round in a circle does not go on for ever', async () => {
    await using google = await bench()
    const body = JSON.stringify({ dicomStores: [{ name: 'projects/a/b/c' }], nextPageToken: 'again' })
    google.google.controls.failures.push(
      ...Array.from({ length: 9 }, () => ({ path: 'dicomStores', status: 200, body })),
    )
    const error = await failure(all(google.below('healthcare://my-project/us-central1/ct/')))
    expect(error.code).toBe('unavailable')
    expect(google.rig.count('/v1/projects/my-project/locations/us-central1/datasets/ct/dicomStores')).toBeLessThan(5)
  })

  test('is over at once when it is stopped', async () => {
    await using google = await bench()
    const controller = new AbortController()
    const places = google.below('healthcare://my-project/eu/pet', controller.signal)?.[Symbol.asyncIterator]()
    await places?.next()
    controller.abort()
    const rest = async () => {
      for (let count = 0; count < 3000; count += 1) await places?.next()
    }
    expect((await failure(rest())).code).toBe('cancelled')
    expect((await failure(all(google.below('healthcare://', controller.signal)))).code).toBe('cancelled')
  })
})

test('names that cannot be part of a URL are told, and lead nowhere', async () => {
  await using google = await bench({
    projects: [{ projectId: 'my-project', locations: { eu: { '..': [], 'a b': [], ok: [] } } }],
  })
  const places = await all(google.below('healthcare://my-project/eu'))
  expect(places.map(({ url, error }) => [url, error?.code])).toEqual([
    ['healthcare://my-project/eu', 'invalid'],
    ['healthcare://my-project/eu', 'invalid'],
    ['healthcare://my-project/eu/ok', undefined],
  ])
})
