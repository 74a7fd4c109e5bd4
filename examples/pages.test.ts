import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { type Browser, browserUnavailable, openBrowser, type Page } from '@gantry-tooling/servers/browser'
import { hubStore, hubTokens } from '@gantry/hub-store/node'
import { bytesInput, createGantry } from '@gantry/share'
import { nodePlatform } from '@gantry/share/node'
import { writePhantom } from '@gantry/testkit/phantom'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'

import { shareFolder } from './share-a-folder.ts'
import { openAccount } from './testing/open-account.ts'
import { answerForPackages, buildPages, servePages } from './testing/serve-pages.ts'

const reason = await browserUnavailable()
const timeout = 120_000

describe.skipIf(reason !== undefined)(`pages in Chromium${reason === undefined ? '' : ` [${reason}]`}`, () => {
  let built: string
  let browser: Browser
  beforeAll(async () => {
    built = await mkdtemp(join(tmpdir(), 'gantry-examples-pages-'))
    await buildPages(built)
    browser = await openBrowser()
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await rm(built, { recursive: true, force: true })
  })

  async function openPage(): Promise<Page> {
    const context = await browser.newContext({ acceptDownloads: true })
    onTestFinished(async () => await context.close())
    context.setDefaultTimeout(45_000)
    return await context.newPage()
  }

  test('one that is plain HTML opens a share, and saves what is in it', { timeout }, async () => {
    const origin = await servePages(await readFile(join(import.meta.dirname, 'import-map.html'), 'utf8'), built)
    const { folder, key } = await openAccount({ origins: [origin] })
    const [written] = await writePhantom(join(folder, 'images'), { size: 16, slices: 3 })
    const link = await shareFolder(join(folder, 'images'), key)
    const page = await openPage()
    await answerForPackages(page, origin)
    await page.goto(origin)
    await page.getByLabel('Link').fill(link)
    await page.getByRole('button', { name: 'Open' }).click()
    await page.getByText('Opened', { exact: true }).waitFor()
    expect(await page.locator('li').count()).toBe(3)
    const saving = page.waitForEvent('download')
    await page
      .locator('li', { hasText: `${written?.path}` })
      .getByRole('button', { name: 'Save' })
      .click()
    const saved = await readFile(await (await saving).path())
    expect(saved).toEqual(await readFile(join(folder, 'images', `${written?.path}`)))
    await page.getByLabel('Link').fill(`${link.slice(0, -4)}AAAA`)
    await page.getByRole('button', { name: 'Open' }).click()
    await page.getByText('the link is not as it was made').waitFor()
  })

  test('a component of React asks for the passphrase, and tells what is shared', { timeout }, async () => {
    const origin = await servePages('<!doctype html><title>React</title>', built)
    const { url, key } = await openAccount({ origins: [origin] })
    const platform = nodePlatform({ openHubStore: hubStore })
    const gantry = createGantry({ hub: url, auth: hubTokens({ key }), platform })
    const { value: volumes = [] } = await gantry.med.loadFromFiles([bytesInput('heart.nii', nifti())])
    const { value: workspace } = await gantry.workspace.create(volumes, { title: 'A heart' })
    await gantry.workspace.ensureSources(workspace ?? [])
    const { value: json } = await gantry.workspace.serialize(workspace ?? [])
    const { value: shared } = await gantry.storage.uploadMetadata(json, { passphrase: 'horse battery' })
    const page = await openPage()
    await page.goto(origin)
    await page.evaluate(`import('/mount.js').then(({ mount }) => mount(${JSON.stringify(shared?.secret)}))`)
    await page.getByLabel('Passphrase').fill('wrong')
    await page.getByRole('button', { name: 'Open' }).click()
    await page.getByText('That is not its passphrase.').waitFor()
    await page.getByLabel('Passphrase').fill('horse battery')
    await page.getByRole('button', { name: 'Open' }).click()
    expect(await page.locator('li').textContent()).toBe('heart: 1 files')
  })
})

/** The smallest volume of NIfTI-1: two by two by two bytes. */
function nifti(): Uint8Array {
  const bytes = new Uint8Array(360)
  const view = new DataView(bytes.buffer)
  view.setInt32(0, 348, true)
  for (const [index, value] of [3, 2, 2, 2, 1, 1, 1, 1].entries()) view.setInt16(40 + 2 * index, value, true)
  view.setInt16(70, 2, true)
  view.setInt16(72, 8, true)
  for (const index of [1, 2, 3]) view.setFloat32(76 + 4 * index, 1, true)
  view.setFloat32(108, 352, true)
  bytes.set(new TextEncoder().encode('n+1\0'), 344)
  return bytes
}
