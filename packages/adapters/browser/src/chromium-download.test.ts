import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { browserUnavailable, type Page } from '@gantry-tooling/servers/browser'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'

import { bucketName, type CodBucket, codBucket } from './testing/cod-bucket.ts'
import { openPage, type OpenedPage } from './testing/open-page.ts'
import type { DownloadOrder, DownloadReport } from './testing/page/download-all.ts'

const reason = await browserUnavailable()
const noPython = spawnSync('python3', ['--version']).status !== 0 && 'there is no python3 to read zips with'
let opened: OpenedPage
let cod: CodBucket

beforeAll(async () => {
  if (reason !== undefined) return
  cod = await codBucket()
  opened = await openPage()
}, 300_000)

afterAll(async () => {
  await opened?.close()
  await cod?.server.close()
})

const timeout = 180_000
const partSize = 128 * 1024

/** A request that a page made to the bucket for bytes of a tar. */
interface TarRequest {
  readonly url: string
  readonly range: string | undefined
}

/** A page in a context of its own, as of a person with a browser; pages of one context share what is kept. */
async function newContext() {
  const context = await opened.browser.newContext({ acceptDownloads: true })
  onTestFinished(async () => await context.close())
  const requests: TarRequest[] = []
  const credentials: string[] = []
  context.on('request', (request) => {
    const { authorization, range } = request.headers()
    if (authorization !== undefined) credentials.push(authorization)
    if (request.method() === 'GET' && request.url().endsWith('.tar')) requests.push({ url: request.url(), range })
  })
  const newPage = async () => {
    const page = await context.newPage()
    await page.goto(opened.url)
    await page.waitForFunction('"ready" in globalThis')
    return page
  }
  return { requests, credentials, newPage }
}

function order(more: Partial<DownloadOrder> = {}): DownloadOrder {
  const { server, studies } = cod
  return { endpoint: server.url, bucket: bucketName, studies, folder: 'studies', partSize, ...more }
}

async function ask<Answer>(page: Page, call: string, ...values: readonly unknown[]): Promise<Answer> {
  return await page.evaluate<Answer>(`${call}(${values.map((value) => JSON.stringify(value)).join(', ')})`)
}

/** Looks into a folder until what is there is enough. */
async function until(page: Page, folder: string, enough: (found: { files: string[]; inParts: number }) => boolean) {
  for (;;) {
    const found = await ask<{ files: string[]; inParts: number }>(page, 'lookInto', folder)
    if (enough(found)) return found
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function firstByteOf({ range }: TarRequest): number {
  return Number(/^bytes=(\d+)-/u.exec(range ?? '')?.[1] ?? 0)
}

describe.skipIf(reason)('cloud optimized DICOM of a public bucket, downloaded in Chromium', () => {
  test('into a private folder, with zips, without credentials; and not twice', { timeout }, async () => {
    const { newPage, requests, credentials } = await newContext()
    const page = await newPage()
    const first = await ask<DownloadReport>(page, 'downloadAll', order({ zip: true }))
    expect(first.errors).toEqual([])
    expect(first.complete).toBe(true)
    expect(first.digests).toEqual(cod.digests)
    expect(first.saved).toEqual([...Object.keys(cod.digests), ...cod.studies.map((study) => `${study}.zip`)].toSorted())
    expect(credentials).toEqual([])
    requests.length = 0
    const second = await ask<DownloadReport>(page, 'downloadAll', order())
    expect(second).toMatchObject({ complete: true, saved: [], digests: cod.digests })
    expect(requests).toEqual([])
  })

  test('by the link of a viewer, in a worker that has no streams to files', { timeout }, async () => {
    const { newPage } = await newContext()
    const page = await newPage()
    const link = `https://viewer.example/download/${bucketName}/v1?token=null`
    const report = await ask<DownloadReport>(page, 'inWorker', { does: 'download', order: order({ link }) })
    expect(report).toMatchObject({ complete: true, errors: [], digests: cod.digests })
  })

  test('goes on when the tab was closed in the middle of a large instance', { timeout }, async () => {
    const { newPage, requests } = await newContext()
    const before = await newPage()
    const fault = cod.server.fault({
      operation: 'GetObject',
      key: cod.large.tar,
      does: { kind: 'stall', when: 'response-body', bytes: 1_000_000 },
    })
    const watcher = await newPage()
    // It hangs until the tab is closed, however slow the machine is: given up, it would be asked for again, and come.
    const ended = ask<DownloadReport>(before, 'downloadAll', order({ stall: timeout })).then((report) => {
      throw new TypeError(`It came to an end: ${JSON.stringify(report)}`)
    })
    ended.catch(() => {})
    // Seven parts of the large one are there, and all of the others.
    const others = Object.keys(cod.digests).length - 1
    const enough = ({ files, inParts }: { files: string[]; inParts: number }) =>
      files.length === others && inParts >= 7 * partSize
    const there = await Promise.race([until(watcher, 'studies', enough), ended])
    await before.close()
    expect(fault.hits).toBe(1)
    fault.remove()
    expect(there.files).not.toContain(cod.large.file)
    const [cut] = requests.filter(({ url }) => cod.large.tar.test(url))
    requests.length = 0
    const report = await ask<DownloadReport>(await newPage(), 'downloadAll', order())
    expect(report).toMatchObject({ complete: true, errors: [], saved: [cod.large.file], digests: cod.digests })
    expect(requests).toHaveLength(1)
    const start = firstByteOf(requests[0] as TarRequest) - firstByteOf(cut as TarRequest)
    expect(start).toBe(there.inParts)
    expect(await ask(watcher, 'lookInto', 'studies')).toMatchObject({ inParts: 0 })
  })

  test('goes to the folder that was chosen last time, after asking again', { timeout }, async () => {
    const { newPage, requests } = await newContext()
    const page = await newPage()
    expect(await ask(page, 'choose', 'chosen by the user')).toBe('chosen by the user')
    await page.close()

    const refused = await newPage()
    await ask(refused, 'mockPermission', 'prompt', 'denied')
    expect(await ask(refused, 'downloadIntoKept', order())).toEqual({
      asked: ['query readwrite', 'request readwrite'],
      error: 'permission_denied',
    })
    await refused.close()
    expect(requests).toEqual([])

    const granted = await newPage()
    await ask(granted, 'mockPermission', 'prompt', 'granted')
    const report = await ask<DownloadReport>(granted, 'downloadIntoKept', order())
    expect(report).toMatchObject({
      asked: ['query readwrite', 'request readwrite'],
      complete: true,
      digests: cod.digests,
    })
    expect((await ask<{ files: string[] }>(granted, 'lookInto', 'chosen by the user')).files.toSorted()).toEqual(
      Object.keys(cod.digests).toSorted(),
    )
  })

  test.skipIf(noPython)('as a zip among the downloads of the browser', { timeout }, async () => {
    const { newPage } = await newContext()
    const page = await newPage()
    const [study = ''] = cod.studies
    const offered = page.waitForEvent('download')
    const report = await ask<DownloadReport>(page, 'downloadAll', order({ studies: [study], zip: 'offered' }))
    expect(report).toMatchObject({ complete: true, errors: [] })
    const taken = await offered
    expect(taken.suggestedFilename()).toBe(`${study}.zip`)
    const folder = mkdtempSync(join(tmpdir(), 'gantry-offered-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const path = join(folder, 'study.zip')
    await taken.saveAs(path)
    const program = `
import hashlib, json, sys, zipfile
zip = zipfile.ZipFile(sys.argv[1])
print(json.dumps({i.filename: hashlib.sha256(zip.read(i)).hexdigest() for i in zip.infolist()}))`
    const { stdout } = spawnSync('python3', ['-c', program, path], { encoding: 'utf8' })
    expect(JSON.parse(stdout)).toEqual(
      Object.fromEntries(Object.entries(cod.digests).filter(([file]) => file.startsWith(study))),
    )
  })
})
