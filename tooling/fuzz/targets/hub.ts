import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { bytesOf, Store } from '@gantry/core'
import { hubStore, hubTokens } from '@gantry/hub-store'
import { openHub } from '@gantry/hub/node'
import { memory, MemoryContents } from '@gantry/memory'

import { hold } from '../expect.ts'
import type { Target } from '../target.ts'

const issuer = 'https://hub.example.org'
/** What another account keeps, and nobody else may see. */
const secret = 'Quellmalz^Annegret'
const auth = 'authorization: Bearer TOKEN'

const requests = [
  `GET /v1/objects?prefix=a&limit=10\n${auth}\n\n`,
  `PUT /v1/objects/a/1.dcm\n${auth}\ncontent-type: application/dicom\nif-none-match: *\n\nDICM`,
  `GET /v1/objects/a/1.dcm\n${auth}\nrange: bytes=0-2\n\n`,
  `HEAD /v1/objects/other/secret\n${auth}\n\n`,
  `POST /v1/uploads\n${auth}\ncontent-type: application/json\n\n{"path":"a/2.dcm","size":10,"ifAbsent":true}`,
  `PUT /v1/uploads/AAAAAAAAAAAAAAAAAAAAAA/parts/1?offset=0\n${auth}\n\n0123456789`,
  `POST /v1/uploads/AAAAAAAAAAAAAAAAAAAAAA/complete\n${auth}\ncontent-type: application/json\n\n{"parts":[]}`,
  `POST /v1/shares\n${auth}\ncontent-type: application/json\n\n{"id":"AAAAAAAAAAAAAAAAAAAAAA","metadata":"a/1.dcm","objects":["a/1.dcm"],"maxOpens":2}`,
  `POST /v1/shares/AAAAAAAAAAAAAAAAAAAAAA/open\n\n`,
  `GET /v1/shares/AAAAAAAAAAAAAAAAAAAAAA/audit\n${auth}\n\n`,
  `POST /v1/locks\n${auth}\ncontent-type: application/json\n\n{"paths":["a/1.dcm"]}`,
  `POST /token\ncontent-type: application/x-www-form-urlencoded\n\ngrant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&assertion=e30.e30.AA`,
  `GET /openapi.json\n\n`,
  `GET /s/AAAAAAAAAAAAAAAAAAAAAA\naccept: text/html\n\n`,
  `OPTIONS /v1/objects/a\norigin: https://viewer.example.org\n\n`,
  `DELETE /v1/shares/AAAAAAAAAAAAAAAAAAAAAA\n${auth}\n\n`,
  `DELETE /v1/objects/a/1.dcm\n${auth}\n\n`,
]

export const hubRoutes: Target = {
  name: 'hub',
  invariants: 'no answer is an error of the hub (5xx), none is late, and none holds what another account keeps',
  words: [
    '%2e%2e/',
    '%00',
    '../',
    '//',
    'other/secret',
    'bytes=',
    '-',
    ',',
    '"',
    '{}',
    '[]',
    'null',
    'W/"x"',
    '*',
    '99999999999999999999',
    'PATCH ',
    '?',
    '&',
    '\n',
  ],
  seeds: async () => await Promise.resolve(requests.map((text) => new TextEncoder().encode(text))),
  async open() {
    const folder = await mkdtemp(join(tmpdir(), 'gantry-fuzz-'))
    const errors: unknown[] = []
    const plenty = { burst: 1e9, perMinute: 1e9 }
    const hub = await openHub({
      folder,
      keeper: new Store(memory({ contents: new MemoryContents() })),
      issuer,
      limits: {
        tokensPerAccount: plenty,
        tokensPerAddress: plenty,
        opensPerAddress: plenty,
        opensPerShare: plenty,
        tokenFor: 3_600_000,
      },
      onError: (error) => errors.push(error),
    })
    const send: typeof fetch = async (input, init) => await hub.fetch(new Request(input, init))
    const scopes = ['sources:read', 'sources:write', 'shares:read', 'shares:write'] as const
    const tokens = async (name: string) => hubTokens({ key: await hub.accounts.create(name, { scopes }), fetch: send })
    const other = new Store(hubStore({ hub: issuer, tokens: await tokens('other'), fetch: send }))
    await other.write({ path: 'other/secret', size: secret.length }, bytesOf(Buffer.from(secret)))
    const mine = await tokens('mine')
    return {
      async run(input) {
        const token = await mine.get(new AbortController().signal)
        const request = requestOf(input, token)
        if (request === undefined) return false
        const answer = await hub.fetch(request)
        const body = await answer.text()
        const [error] = errors.splice(0)
        hold(
          answer.status < 500 && error === undefined,
          `${answer.status} ${error instanceof Error ? error.stack : ''}`,
        )
        hold(!body.includes(secret), 'what another account keeps is in an answer')
        hold(!body.includes(token), 'the token is in an answer')
        return answer.status < 400
      },
      async close() {
        await hub.close()
        await rm(folder, { recursive: true, force: true })
      },
    }
  },
}

/** `undefined` for what no HTTP server would hand on. */
function requestOf(input: Uint8Array, token: string): Request | undefined {
  const at = Buffer.from(input).indexOf('\n\n')
  const head = Buffer.from(input.subarray(0, at < 0 ? input.length : at)).toString('latin1')
  const body = at < 0 ? new Uint8Array() : input.subarray(at + 2)
  const [first = '', ...lines] = head.replaceAll('TOKEN', token).split('\n')
  const [method = '', ...target] = first.split(' ')
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':')
    return [line.slice(0, Math.max(0, colon)), line.slice(colon + 1).trim()]
  })
  const hasBody = !['GET', 'HEAD'].includes(method.toUpperCase()) && body.length > 0
  try {
    const path = target.join(' ')
    return new Request(issuer + (path.startsWith('/') ? path : `/${path}`), {
      method,
      headers,
      ...(hasBody && { body: Uint8Array.from(body) }),
    })
  } catch {
    return undefined
  }
}
