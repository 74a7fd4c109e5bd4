import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { BrowserContext } from '@gantry-tooling/servers/browser'
import { expect, test } from 'vitest'

import { seriousFindings } from '../axe.ts'
import { drawn, type OpenedApp } from '../open-app.ts'
import { screenshot } from '../screenshots.ts'

const timeout = 180_000

/** The worklist, and downloads from it. */
export function downloadingTests(app: () => OpenedApp): void {
  test('a worklist is searched, sorted, and opened from', { timeout }, async () => {
    const page = await (await app().newProfile()).newPage()
    await page.goto(`${app().url}/worklist`)
    await page.locator('tbody tr').nth(1).waitFor()
    await page.locator('img.thumbnail').nth(1).waitFor()
    await screenshot(page, 'worklist')
    expect(await seriousFindings(page)).toEqual([])
    await page.getByRole('button', { name: 'Patient' }).click()
    expect(await page.locator('tbody tr').first().textContent()).toContain('Phantom, Synthetic 0001')
    await page.getByRole('button', { name: 'Patient' }).click()
    expect(await page.locator('tbody tr').first().textContent()).toContain('Phantom, Synthetic 0002')
    await page.getByLabel('Name, ID or description').fill('0002')
    await page.locator('tbody tr').nth(1).waitFor({ state: 'detached' })
    await page.getByLabel('Name, ID or description').fill('nobody')
    await page.getByText('No study matches.').waitFor()
    await page.getByLabel('Name, ID or description').fill('')
    await page.getByRole('button', { name: 'Open study of Phantom, Synthetic 0001' }).click()
    await drawn(page)
    expect(await page.locator('.series li').count()).toBe(2)
  })

  test('studies go into the browser, also when the tab was killed, and are proved', { timeout }, async () => {
    const context = await app().newProfile()
    const page = await context.newPage()
    let passed = 0
    const images = /\/(?:series|instances)\/[\d.]+$/u
    await context.route(images, async (route) => {
      if (route.request().method() !== 'GET' || (passed += 1) <= 2) await route.continue()
    })
    await choose(page, app())
    await page.getByText(/^48 files, \d/u).waitFor()
    await page.getByLabel('This browser (private storage)').check()
    await page.getByRole('button', { name: 'Start' }).click()
    await page.getByText(/^[1-9]\d* of 48 files/u).waitFor({ timeout: 60_000 })
    await page.close()
    await context.unroute(images)

    const again = await context.newPage()
    let given = 0
    context.on('requestfinished', (request) => {
      if (request.method() !== 'GET' || !images.test(new URL(request.url()).pathname)) return
      void request.sizes().then(({ responseBodySize }) => (given += responseBodySize))
    })
    await choose(again, app())
    await again.getByLabel('This browser (private storage)').check()
    const there = Number.parseInt((await again.getByText(/of them are there already/u).textContent()) ?? '', 10)
    expect(there).toBeGreaterThan(0)
    await again.getByRole('button', { name: 'Start' }).click()
    await again.getByText('Everything is there').waitFor({ timeout: 60_000 })
    await screenshot(again, 'download')
    expect(await seriousFindings(again)).toEqual([])
    const digests = await again.locator('.digests tbody code').allTextContents()
    expect(digests.toSorted()).toEqual((await digestsOf(app())).toSorted())
    // What was there was not given again; the rest is, with what is around it in an answer of many parts.
    const [size = 0] = app().files.map((file) => file.size)
    expect(given).toBeGreaterThan((48 - there - 1) * size)
    expect(given).toBeLessThan((48 - there) * (size + 1024) + 4096)
  })

  test('a download into a folder is paused and resumed, and what failed is tried again', { timeout }, async () => {
    const context = await app().newProfile()
    // No picker opens without a person: the folder that it would give is one of the browser's own.
    await context.addInitScript(`window.showDirectoryPicker = async () =>
      await (await navigator.storage.getDirectory()).getDirectoryHandle('chosen', { create: true })`)
    const page = await context.newPage()
    let asked = 0
    let refusing = true
    const images = /\/(?:series|instances)\/[\d.]+$/u
    const held: (() => void)[] = []
    await context.route(images, async (route) => {
      if (route.request().method() !== 'GET') return await route.continue()
      asked += 1
      // The first comes, the second has to wait, and of the others one is refused for a while.
      if (asked === 2) await new Promise<void>((resolve) => held.push(resolve))
      if (asked > 2 && refusing) await route.fulfill({ status: 403, body: '' })
      else await route.continue().catch(() => {})
    })
    await choose(page, app())
    await page.getByLabel('A folder on this computer').check()
    await page.getByRole('button', { name: 'Start' }).click()
    await page.getByText(/^[1-9]\d* of 48 files/u).waitFor({ timeout: 60_000 })
    await page.getByRole('button', { name: 'Pause' }).click()
    const resume = page.getByRole('button', { name: 'Resume' })
    await resume.waitFor()
    const paused = await page.getByText(/^Paused: \d+ of 48 files/u).textContent()
    for (const release of held.splice(0)) release()
    expect(await page.getByText(/^Paused: \d+ of 48 files/u).textContent()).toBe(paused)
    await resume.click()
    await page.getByText(/files are missing/u).waitFor({ timeout: 60_000 })
    refusing = false
    await page.getByRole('button', { name: 'Retry what failed' }).click()
    await page.getByText('Everything is there').waitFor({ timeout: 60_000 })
    const digests = await page.locator('.digests tbody code').allTextContents()
    expect(digests.toSorted()).toEqual((await digestsOf(app())).toSorted())
    expect(await page.evaluate(namesIn('chosen'))).toHaveLength(48)
  })

  test('a study comes as a zip among the downloads', { timeout }, async () => {
    const page = await (await app().newProfile()).newPage()
    await choose(page, app(), 1)
    await page.getByLabel('A zip among the downloads').check()
    const offered = page.waitForEvent('download', { timeout: 60_000 })
    await page.getByRole('button', { name: 'Start' }).click()
    const download = await offered
    expect(download.suggestedFilename()).toMatch(/^[\d.]+\.zip$/u)
    const bytes = await readFile(await download.path())
    expect(bytes.subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004')
    await page.getByText('Everything is there').waitFor()
    expect(await page.locator('.digests tbody tr').count()).toBe(24)
    // What it was made of is gone; the zip stays until the browser has surely taken it, or somebody signs out.
    await expect
      .poll(async () => await page.evaluate(namesIn('gantry', 'zips')))
      .toEqual([download.suggestedFilename()])
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await expect.poll(async () => await page.evaluate(namesIn('gantry', 'zips'))).toEqual([])
  })
}

/** Names of all that lies in a folder of the browser's own. */
const namesIn = (...path: readonly string[]) => `(async () => {
  const names = []
  const walk = async (folder) => {
    for await (const [name, handle] of folder.entries()) handle.kind === 'directory' ? await walk(handle) : names.push(name)
  }
  let folder = await navigator.storage.getDirectory()
  for (const name of ${JSON.stringify(path)}) folder = await folder.getDirectoryHandle(name)
  await walk(folder)
  return names
})()`

async function choose(
  page: Awaited<ReturnType<BrowserContext['newPage']>>,
  { url }: OpenedApp,
  count = 2,
): Promise<void> {
  await page.goto(`${url}/worklist`)
  await page.locator('tbody tr').nth(1).waitFor()
  for (let row = 0; row < count; row += 1) await page.locator('tbody input[type=checkbox]').nth(row).check()
  await page.getByRole('button', { name: `Download ${count} selected` }).click()
}

async function digestsOf({ studies, files }: OpenedApp): Promise<string[]> {
  return await Promise.all(
    files.map(async ({ path }) =>
      createHash('sha256')
        .update(await readFile(join(studies, path)))
        .digest('hex'),
    ),
  )
}
