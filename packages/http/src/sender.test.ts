import { bytesOf, collect, createAccessTokens, GantryError, toCall } from '@gantry/core/driver'
import { expect, test } from 'vitest'

import { type Credentials, Sender, type SenderOptions } from './sender.ts'
import type { Answer, Request, Transport } from './transport.ts'

const call = toCall()
const get = { method: 'GET', url: 'https://pacs.test/studies', headers: { accept: 'a/b' } } as const

function counted() {
  const state = { fetches: 0 }
  const fetch = async () => ({ token: `t${(state.fetches += 1)}`, expires: Date.now() + 3_600_000 })
  return { state, tokens: createAccessTokens({ fetch, now: Date.now, limit: () => AbortSignal.timeout(30_000) }) }
}

function rig(statusOf: (request: Request) => number, credentials?: Credentials, more: Partial<SenderOptions> = {}) {
  const seen: Request[] = []
  const transport: Transport = {
    streams: true,
    async send(request): Promise<Answer> {
      seen.push(request)
      const status = statusOf(request)
      return { status, header: () => undefined, body: bytesOf(Buffer.from(`${status}`)) }
    },
    close() {},
  }
  return { seen, sender: new Sender({ transport, credentials, now: Date.now, ...more }) }
}

const takes = (token: string) => (request: Request) =>
  request.headers['authorization'] === `Bearer ${token}` ? 200 : 401

test('nobody in particular, and headers that stay as they are', async () => {
  const anonymous = rig(() => 200)
  await anonymous.sender.send(get, call)
  expect(anonymous.seen[0]?.headers).toEqual({ accept: 'a/b' })
  const basic = rig(() => 401, { headers: { authorization: 'Basic x' } })
  await expect(basic.sender.send(get, call)).rejects.toMatchObject({ code: 'unauthenticated' })
  expect(basic.seen).toHaveLength(1)
})

test('a token that is refused is replaced once, for many at a time too', async () => {
  const { state, tokens } = counted()
  const { sender } = rig(takes('t2'), { tokens })
  await Promise.all(Array.from({ length: 50 }, async () => await sender.send(get, call)))
  expect(state.fetches).toBe(2)
})

test('what is forbidden is not asked for with another token', async () => {
  const { state, tokens } = counted()
  const { seen, sender } = rig(() => 403, { tokens })
  await expect(sender.send(get, call)).rejects.toMatchObject({ code: 'permission_denied' })
  expect([seen.length, state.fetches]).toEqual([1, 1])
})

test('a stream is sent once: its token may have served before, and then it is to be tried again', async () => {
  const { tokens } = counted()
  let accepted = 'none'
  const { seen, sender } = rig((request) => takes(accepted)(request), { tokens })
  const post = () => sender.send({ ...get, method: 'POST', body: { bytes: bytesOf() } }, call)
  await expect(post()).rejects.toMatchObject({ code: 'unauthenticated', retryable: false })
  accepted = 't2'
  await post()
  accepted = 't3'
  await expect(post()).rejects.toMatchObject({ code: 'unauthenticated', retryable: true })
  await post()
  expect(seen).toHaveLength(4)
})

test('a status that is an answer is none that is refused; what is refused is told by whoever knows the service', async () => {
  const errorOf = ({ status, body }: { status: number; body?: string | undefined }) =>
    new GantryError('invalid', `${status} ${body}`)
  const { sender } = rig(() => 409, undefined, { errorOf })
  const { body } = await sender.send({ ...get, answers: [409] }, call)
  expect(Buffer.from(await collect(body)).toString()).toBe('409')
  await expect(sender.send(get, call)).rejects.toThrow('409 409')
})
