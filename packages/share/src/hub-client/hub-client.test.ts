import { createAccessTokens, type GantryError, HttpRefusal, isGantryError } from '@gantry/core'
import type { HubShare } from '@gantry/core/hub'
import { describe, expect, test } from 'vitest'

import { hubClient } from './hub-client.ts'

const hub = 'https://hub.example.org/images'
const id = 'A1b2C3d4E5f6G7h8I9j0-_'
const share: HubShare = { id, created: 1, opens: 0, tokenRequired: false, passphrase: false, objects: 2, bytes: 10 }
const object = { path: 'a', size: 1, version: 'v', modified: 0, digests: { crc32: '00000000' } }
const opened = { metadata: object, token: 'sealed', expires: 2 }

/** A hub that answers in turn, and remembers what it was asked. */
function answering(...answers: readonly (Response | Error)[]) {
  const asked: { url: string; method: string | undefined; body: unknown; authorization: string | null }[] = []
  const rest = [...answers]
  const fetch = async (url: string, { method, body, headers }: RequestInit) => {
    const authorization = new Headers(headers).get('authorization')
    asked.push({ url, method, body: typeof body === 'string' ? JSON.parse(body) : undefined, authorization })
    const answer = rest.shift()
    if (answer instanceof Response) return answer
    throw answer ?? new Error('Not so often.')
  }
  return { asked, fetch }
}

function refusal(status: number, google: string, reason?: string, headers?: Record<string, string>): Response {
  const details = reason === undefined ? [] : [{ reason }]
  return Response.json(
    { error: { code: status, status: google, message: id, details } },
    { status, headers: headers ?? {} },
  )
}

async function failure(call: Promise<unknown>): Promise<GantryError> {
  const error: unknown = await call.catch((thrown: unknown) => thrown)
  if (!isGantryError(error)) throw new Error('No GantryError.')
  return error
}

describe('a client of a hub', () => {
  test('asks for what the wire says', async () => {
    const json = [share, opened, share, share, { events: [{ at: 1, event: 'created', by: 'me' }] }]
    const { asked, fetch } = answering(
      ...json.map((value) => Response.json(value)),
      new Response(null, { status: 204 }),
      Response.json({}),
    )
    const { shares, locks } = hubClient({ hub: `${hub}/`, fetch })
    const request = { id, metadata: 'a', objects: ['b'], expiresIn: 60 }
    expect(await shares.create(request)).toEqual(share)
    expect(await shares.open(id)).toEqual(opened)
    expect(await shares.get(id)).toEqual(share)
    expect(await shares.revoke(id)).toEqual(share)
    expect(await shares.audit(id)).toEqual([{ at: 1, event: 'created', by: 'me' }])
    await locks.add(['a', 'b'])
    await locks.remove(['a'])
    expect(asked.map(({ url, method, body }) => [method, url.replace(hub, ''), body])).toEqual([
      ['POST', '/v1/shares', request],
      ['POST', `/v1/shares/${id}/open`, undefined],
      ['GET', `/v1/shares/${id}`, undefined],
      ['DELETE', `/v1/shares/${id}`, undefined],
      ['GET', `/v1/shares/${id}/audit`, undefined],
      ['POST', '/v1/locks', { paths: ['a', 'b'] }],
      ['DELETE', '/v1/locks', { paths: ['a'] }],
    ])
    expect(asked.every(({ authorization }) => authorization === null)).toBe(true)
  })

  test('lists page by page, and locks batch by batch', async () => {
    const pages = [{ shares: [share], next: '7&8' }, { shares: [{ ...share, opens: 1, more: 'of tomorrow' }] }]
    const { asked, fetch } = answering(...[...pages, {}, {}].map((value) => Response.json(value)))
    const { shares, locks } = hubClient({ hub, fetch })
    const opens: number[] = []
    for await (const one of shares.list()) opens.push(one.opens)
    expect(opens).toEqual([0, 1])
    expect(asked[1]?.url).toBe(`${hub}/v1/shares?after=7%268`)
    await locks.add(Array.from({ length: 10_001 }, (_, index) => `path-${index}`))
    expect(asked.slice(2).map(({ body }) => (body as { paths: string[] }).paths.length)).toEqual([10_000, 1])
  })

  test('replaces a token that is refused, once', async () => {
    let count = 0
    const tokens = createAccessTokens({
      fetch: async () => ({ token: `t${(count += 1)}`, expires: Date.now() + 3_600_000 }),
      now: Date.now,
      limit: () => AbortSignal.timeout(30_000),
    })
    const no = () => refusal(401, 'UNAUTHENTICATED')
    const { asked, fetch } = answering(no(), Response.json(share), no(), no())
    const { shares } = hubClient({ hub, tokens, fetch })
    expect(await shares.get(id)).toEqual(share)
    expect(asked.map(({ authorization }) => authorization)).toEqual(['Bearer t1', 'Bearer t2'])
    expect((await failure(shares.get(id))).code).toBe('unauthenticated')
    expect(asked).toHaveLength(4)
  })
})

describe('an answer that is a refusal', () => {
  test.each([
    ['expired', 'has expired'],
    ['revoked', 'was revoked'],
    ['used_up', 'as often as it may'],
  ])('%s: says so', async (reason, words) => {
    const { fetch } = answering(refusal(410, 'NOT_FOUND', reason))
    const error = await failure(hubClient({ hub, fetch }).shares.open(id))
    expect(error.code).toBe('not_found')
    expect(error.message).toContain(words)
    expect(error.cause).toBeInstanceOf(HttpRefusal)
    expect(error.cause).toMatchObject({ status: 410, reason })
  })

  test.each([
    [403, 'PERMISSION_DENIED', 'permission_denied'],
    [409, 'ALREADY_EXISTS', 'already_exists'],
    [429, 'RESOURCE_EXHAUSTED', 'rate_limited'],
    [503, 'UNAVAILABLE', 'unavailable'],
  ])('%i %s is %s, without the words of the hub', async (status, google, code) => {
    const { fetch } = answering(refusal(status, google, undefined, { 'retry-after': '4' }))
    const error = await failure(hubClient({ hub, fetch }).shares.open(id))
    expect(error).toMatchObject({ code, retryAfter: 4000 })
    expect(error.message).not.toContain(id)
  })

  test.each([
    ['no JSON', new Response('<html>Sign in</html>')],
    ['another shape', Response.json({ id })],
    ['a network that fails', new TypeError('fetch failed')],
  ])('%s is unavailable', async (_, answer) => {
    const { fetch } = answering(answer)
    expect((await failure(hubClient({ hub, fetch }).shares.get(id))).code).toBe('unavailable')
  })

  test('a redirect is told as one, and not followed', async () => {
    const { asked, fetch } = answering(new Response(null, { status: 307, headers: { location: 'https://elsewhere' } }))
    const error = await failure(hubClient({ hub, fetch }).shares.get(id))
    expect(error).toMatchObject({
      code: 'unavailable',
      retryable: false,
      message: expect.stringContaining('sends elsewhere'),
    })
    expect(asked).toHaveLength(1)
  })
})

describe('a client that is stopped', () => {
  test('asks nothing, or stops waiting', async () => {
    const { asked, fetch } = answering()
    const before = hubClient({ hub, fetch }).shares.open(id, { signal: AbortSignal.abort() })
    expect((await failure(before)).code).toBe('cancelled')
    expect(asked).toEqual([])
    const controller = new AbortController()
    const hanging = async (_: string, { signal }: RequestInit) =>
      await new Promise<Response>((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(new Error('Aborted.')))
        controller.abort()
      })
    const during = hubClient({ hub, fetch: hanging }).shares.open(id, { signal: controller.signal })
    expect((await failure(during)).code).toBe('cancelled')
  })

  test('stops in the middle of an answer', async () => {
    const controller = new AbortController()
    const fetch = async (_: string, { signal }: RequestInit) => {
      const start = (stream: ReadableStreamDefaultController) => {
        signal?.addEventListener('abort', () => stream.error(new Error('Aborted.')))
      }
      return new Response(new ReadableStream({ start, pull: () => controller.abort() }, { highWaterMark: 0 }))
    }
    const call = hubClient({ hub, fetch }).shares.open(id, { signal: controller.signal })
    expect((await failure(call)).code).toBe('cancelled')
  })
})

test.each([
  'http://hub.example.org',
  'https://a:secret@hub.example.org',
  'https://h.example/?secret',
  'hub',
  'ftp://x',
])('%s names no hub', (wrong) => {
  const make = () => hubClient({ hub: wrong })
  expect(make).toThrow(expect.objectContaining({ code: 'invalid' }))
  expect(make).not.toThrow(/secret/u)
})
