import { bytesOf, collect, GantryError, Store } from '@gantry/core'
import { describeStore } from '@gantry/testkit'
import { describe, expect, test } from 'vitest'

import { askToWrite, browser } from './index.ts'
import { type FolderFaults, MemoryFolder } from './testing/memory-folder.ts'

const kinds: Readonly<Record<string, FolderFaults>> = {
  'a folder': {},
  'a folder that moves nothing': { withoutMove: true },
  'a folder that is written by synchronous access': { withoutStreams: true },
}

for (const [name, faults] of Object.entries(kinds)) {
  describeStore({
    name,
    skip: { 'does not read ahead of a consumer that waits': 'the files themselves are in memory' },
    open: async () => {
      const root = new MemoryFolder('', faults)
      return { driver: browser({ root }), reopen: async () => browser({ root }), inMemory: true }
    },
  })
}

const five = new Uint8Array([1, 2, 3, 4, 5])

async function pathsIn(store: Store): Promise<string[]> {
  const paths: string[] = []
  for await (const { path } of store.list()) paths.push(path)
  return paths
}

describe('a browser store', () => {
  test('keeps names from servers inside, and gives them back', async () => {
    const root = new MemoryFolder()
    const store = new Store(browser({ root }))
    const hostile = ['a\\..\\..\\b', 'CON/nul.dcm', 'x.lnk', '.gantry-parts/x', 'C:/y', 'z.']
    for (const path of hostile) await store.write({ path, size: 5 }, bytesOf(five))
    expect((await pathsIn(store)).toSorted()).toEqual(hostile.toSorted())
    for (const path of hostile) expect(await collect((await store.read(path)).body)).toEqual(five)
    await expect(store.write({ path: '../x', size: 5 }, bytesOf(five))).rejects.toMatchObject({ code: 'invalid' })
    expect([...root.children.keys()].toSorted()).toEqual(
      ['%2Egantry-parts', '%43ON', '.gantry-parts', 'C%3A', 'a%5C..%5C..%5Cb', 'x%2Elnk', 'z%2E'].toSorted(),
    )
  })

  test.for([false, true])(
    'leaves what was there when a body fails, and no part (withoutMove: %s)',
    async (withoutMove) => {
      const root = new MemoryFolder('', { withoutMove })
      const store = new Store(browser({ root }))
      await store.write({ path: 'a/b', size: 5 }, bytesOf(five))
      const broken = async function* () {
        yield five
        throw new GantryError('integrity', 'Not what was promised.')
      }
      for (const path of ['a/b', 'a/c']) {
        await expect(store.write({ path, size: 10 }, broken())).rejects.toMatchObject({ code: 'integrity' })
      }
      expect(await pathsIn(store)).toEqual(['a/b'])
      expect(await collect((await store.read('a/b')).body)).toEqual(five)
      expect((await root.getDirectoryHandle('.gantry-parts')).children.size).toBe(0)
    },
  )

  test('without space says so, and leaves nothing', async () => {
    const beforeWrite = () => {
      throw new DOMException('', 'QuotaExceededError')
    }
    const store = new Store(browser({ root: new MemoryFolder('', { beforeWrite }) }))
    await expect(store.write({ path: 'a', size: 5 }, bytesOf(five))).rejects.toMatchObject({ code: 'read_only' })
    expect(await pathsIn(store)).toEqual([])
  })

  test('opens its folder when it is needed, and again after a refusal', async () => {
    let asked = 0
    const root = async () => {
      asked += 1
      if (asked === 1) throw new GantryError('permission_denied', 'Not yet.')
      return new MemoryFolder()
    }
    const store = new Store(browser({ root }))
    expect(asked).toBe(0)
    await expect(pathsIn(store)).rejects.toMatchObject({ code: 'permission_denied' })
    expect(await pathsIn(store)).toEqual([])
    expect(await pathsIn(store)).toEqual([])
    expect(asked).toBe(2)
  })
})

describe('permission', () => {
  const handle = (query: string, request: string | Error) =>
    Object.assign(new MemoryFolder(), {
      queryPermission: async () => query,
      requestPermission: async () => {
        if (request instanceof Error) throw request
        return request
      },
    })

  test.for([
    ['granted', 'denied'],
    ['prompt', 'granted'],
  ] as const)('that is %s, then %s, is enough', async ([query, request]) => {
    const folder = handle(query, request)
    expect(await askToWrite(folder)).toBe(folder)
  })

  test.for(['denied', new DOMException('', 'SecurityError')] as const)('that is refused by %s is told', async (how) => {
    await expect(askToWrite(handle('prompt', how))).rejects.toMatchObject({ code: 'permission_denied' })
  })

  test('is not asked of the origin private file system', async () => {
    const folder = new MemoryFolder()
    expect(await askToWrite(folder)).toBe(folder)
  })
})
