import { browserUnavailable } from '@gantry-tooling/servers/browser'
import { conformanceCases } from '@gantry/testkit/conformance'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { browser } from './index.ts'
import { MemoryFolder } from './testing/memory-folder.ts'
import { openPage, type OpenedPage } from './testing/open-page.ts'
import type { CaseAnswer, OneCase } from './testing/page/run-one.ts'

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
    expect(await evaluate('inWorker({ does: "tryIt" })')).toEqual({ failed: 'integrity', paths: ['a/b'], same: true })
  })

  test('a folder is kept when the page is loaded again', { timeout }, async () => {
    await evaluate('keep()')
    await opened?.page.reload()
    await opened?.page.waitForFunction('"ready" in globalThis')
    expect(await evaluate('kept()')).toEqual({ paths: ['a'], after: true })
  })
})

/** Cases run where the handles are; each is a test here, so that one that fails has its name. */
const places: Readonly<Record<string, (one: OneCase) => string>> = {
  'of a page': (one) => `runOne(${JSON.stringify(one)})`,
  'of a page that moves nothing': (one) => `runOne(${JSON.stringify({ ...one, withoutMove: true })})`,
  'of a worker, by synchronous access': (one) => `inWorker(${JSON.stringify({ does: 'runOne', one })})`,
}

const noDigests = 'a page has no digests to compare with; tried with a folder in memory'
const skipped: Readonly<Record<string, string>> = {
  'does not read ahead of a consumer that waits': 'a page cannot tell what its browser holds',
  'tells the digests that it declares, and tells the truth': noDigests,
  'takes digests that are promised and right': noDigests,
  'asks for what the caller computed when the body has ended, and does not repeat it': noDigests,
  'does not repeat a digest that was only promised': noDigests,
  ...(process.env['GANTRY_TEST_EXTRA'] !== '1' && {
    'lists 2,500 entries, each once': 'thousands of files take minutes: --extra',
    'loses and doubles nothing while others come and go': 'thousands of files take minutes: --extra',
    'does not keep a chunk that it borrowed': 'thousands of chunks take a minute: --extra',
  }),
}

const { abilities } = browser({ root: new MemoryFolder() })

for (const [place, ask] of Object.entries(places)) {
  describe.skipIf(reason)(`the private file system of Chromium, ${place}`, () => {
    for (const { group, name } of conformanceCases(abilities)) {
      test(`${group}: ${name}`, { timeout: 600_000 }, async (context) => {
        context.skip(name in skipped, skipped[name])
        const answer = await evaluate<CaseAnswer>(ask({ group, name }))
        expect(answer).not.toHaveProperty('failed')
        if ('skipped' in answer) context.skip(answer.skipped)
      })
    }
  })
}
