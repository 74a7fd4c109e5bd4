import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { openDemo } from '@gantry-tooling/start/demo'
import { phantom } from '@gantry/testkit/phantom'
import { expect, onTestFinished, test } from 'vitest'

import { createEngine } from './engine.ts'
import type { PickedFile, ShareRequest } from './model.ts'
import { Session } from './session.ts'

const context = { signal: new AbortController().signal, progress: () => {} }
const scopes = ['sources:read', 'sources:write', 'shares:read', 'shares:write'] as const

async function startHub() {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-passing-on-'))
  const [pages, studies] = [join(folder, 'pages'), join(folder, 'studies')]
  for (const path of [pages, studies]) await mkdir(path)
  await writeFile(join(pages, 'index.html'), '')
  const demo = await openDemo({ folder, pages, studies })
  onTestFinished(async () => {
    await demo.close()
    await rm(folder, { recursive: true, force: true })
  })
  return demo
}

/** A page of somebody with an account of a hub, or of nobody. */
async function pageOf({ url, hub }: Awaited<ReturnType<typeof startHub>>, name?: string) {
  const session = new Session()
  if (name !== undefined) {
    const key = await hub.accounts.create(name, { scopes: [...scopes] })
    await session.signIn(url, { kind: 'key', text: JSON.stringify(key) })
  }
  return createEngine(url, session)
}

async function series(): Promise<Map<string, File>> {
  const files = new Map<string, File>()
  for await (const { path, bytes } of phantom({ size: 16, slices: 3 })) {
    files.set(path, new File([bytes as Uint8Array<ArrayBuffer>], path))
  }
  return files
}

const none = { title: '', shapes: [], views: [], windows: {}, expires: 'never', passphrase: '' } as const
const point = (id: string) => ({ id, kind: 'point' as const, points: [[1, 2, 3] as [number, number, number]] })

async function share(
  page: ReturnType<typeof createEngine>,
  request: Omit<ShareRequest, keyof typeof none | 'shapes'> & Pick<ShareRequest, 'shapes'>,
) {
  const { id } = await page.beginShare(context, { ...none, ...request })
  return await page.goOnSharing(context, id, '')
}

test.each(['another hub', 'the same hub'])(
  'what a link opened is shared on at %s, with what was drawn',
  async (where) => {
    const one = await startHub()
    const two = where === 'another hub' ? await startHub() : one
    const files = await series()
    const alice = await pageOf(one, 'alice')
    const picked = [...files].map(([name, file]): PickedFile => ({ name, file }))
    const { items } = await alice.open(context, picked)
    const first = await share(alice, { items: items.map(({ id }) => id), shapes: [point('alice')] })

    const bob = await pageOf(two, 'bob')
    const received = await bob.openShare(context, first.secret, '')
    const shapes = [...received.shapes, point('bob')]
    const second = await share(bob, { items: received.items.map(({ id }) => id), shapes })
    await alice.revoke(context, first.id)

    const carol = await pageOf(two)
    const seen = await carol.openShare(context, second.secret, '')
    expect(seen.shapes.map(({ id }) => id)).toEqual(['alice', 'bob'])
    expect(seen.items.map((item) => item.files.length)).toEqual([3])
    for (const { id, files: named } of seen.items) {
      for (const [index, { name }] of named.entries()) {
        const bytes = await carol.read(context, id, index)
        expect(Buffer.from(bytes)).toEqual(Buffer.from((await files.get(name)?.arrayBuffer()) ?? new ArrayBuffer(0)))
      }
    }
  },
  60_000,
)
