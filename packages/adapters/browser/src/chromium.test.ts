import { browserUnavailable } from '@gantry-tooling/servers/browser'
import { describeStore } from '@gantry/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { browser } from './index.ts'
import { openPage, type OpenedPage } from './testing/open-page.ts'
import type { FolderAnswer, FolderCall } from './testing/page/folder-call.ts'
import { remoteRoot } from './testing/remote-folder.ts'

const reason = await browserUnavailable()
let opened: OpenedPage | undefined

beforeAll(async () => {
  if (reason === undefined) opened = await openPage()
}, 300_000)

afterAll(async () => await opened?.close())

async function evaluate<Answer>(expression: string): Promise<Answer> {
  if (opened === undefined) throw new Error('There is no page.')
  return await opened.page.evaluate<Answer>(expression)
}

const timeout = 180_000

describe.skipIf(reason)('in Chromium', () => {
  test('a study is downloaded into a private folder, with its zip, and not twice', { timeout }, async () => {
    expect(await evaluate('download()')).toEqual({
      first: true,
      errors: [],
      second: true,
      saved: 0,
      same: [true, true, true],
      zip: expect.any(Number) as number,
    })
  })

  test('a worker writes by synchronous access', { timeout }, async () => {
    expect(await evaluate('inWorker()')).toEqual({ failed: 'integrity', paths: ['a/b'], same: true })
  })

  test('a folder is kept when the page is loaded again', { timeout }, async () => {
    await evaluate('keep()')
    await opened?.page.reload()
    await opened?.page.waitForFunction('"folderCall" in globalThis')
    expect(await evaluate('kept()')).toEqual({ paths: ['a'], after: true })
  })
})

let count = 0
const ask = async (call: FolderCall) => await evaluate<FolderAnswer>(`folderCall(${JSON.stringify(call)})`)

// Every call to a handle is a call to the page: it takes many minutes.
const noExtra = reason ?? (process.env['GANTRY_TEST_EXTRA'] === '1' ? undefined : 'it takes many minutes: --extra')

describe.skipIf(noExtra)('the file system of Chromium', () => {
  for (const withoutMove of [false, true]) {
    describeStore({
      name: withoutMove ? 'that moves nothing' : 'that moves files',
      abilities: browser({ root: async () => await remoteRoot(ask, '') }).abilities,
      timeout: 600_000,
      skip: { 'does not keep a chunk that it borrowed': 'thousands of chunks; tried with a folder in memory' },
      open: async () => {
        count += 1
        const name = `conformance-${count}`
        const open = async () => browser({ root: async () => await remoteRoot(ask, name, { withoutMove }) })
        return { driver: await open(), reopen: open, inMemory: true }
      },
    })
  }
})
