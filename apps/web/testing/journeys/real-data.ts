import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Page } from '@gantry-tooling/servers/browser'
import { parseHeader } from '@gantry/dicom'
import { expect, onTestFinished, test } from 'vitest'

import { type ImageFile, writeCodTree } from '../cod-tree.ts'
import { countColours } from '../colours.ts'
import { downloadToBrowser } from '../download-to-browser.ts'
import { drawn, type OpenedApp } from '../open-app.ts'
import { openWithGoogle } from '../open-with-google.ts'
import { picture } from './sharing.ts'

const timeout = 240_000
const data = join(import.meta.dirname, '../../../../../shared/data/dicom/series')
const series = join(data, 'mr-t1-studyforrest-384-jpegls')
/** Ultrasound in JPEG 2000. */
const compressed = join(data, 'us-j2k-cod-10')

/** All journeys, with images of scanners. */
export function realDataTests(app: () => OpenedApp): void {
  test.skipIf(!existsSync(series))(
    'a real series is opened, looked at, de-identified, shared, opened and kept [../shared/data]',
    { timeout },
    async () => {
      const { newProfile, url } = app()
      const [mine, theirs] = [await newProfile(), await newProfile()]
      const page = await mine.newPage()
      await page.goto(url)
      const files = readdirSync(series).toSorted().slice(180, 204)
      await page.locator('input[data-pick=files]').setInputFiles(files.map((file) => join(series, file)))
      await drawn(page)
      await page.getByText(`/ ${files.length}`).first().waitFor()
      await page.keyboard.press('ArrowDown')
      expect(await countColours(page, '.pane .picture')).toBeGreaterThan(64)

      await page.getByRole('button', { name: 'Share', exact: true }).click()
      await page.getByLabel('Title').fill('From a scanner')
      await page.getByLabel('Remove what identifies the patient').check()
      await page.getByRole('button', { name: 'Review changes' }).click()
      const row = page.locator('.changes tbody tr', { hasText: 'PatientName' })
      const before = (await row.locator('td').nth(1).textContent())?.trim() ?? ''
      expect(before.length).toBeGreaterThan(3)
      await page.getByRole('button', { name: 'Create link' }).click()
      await page.getByText('The link is ready').waitFor({ timeout: 90_000 })
      const link = await page.getByLabel('Secret link').inputValue()
      await page.locator('dialog').getByRole('button', { name: 'Close', exact: true }).last().click()
      await page.getByRole('button', { name: 'Close without the link' }).click()

      const opened = await theirs.newPage()
      await opened.goto(link)
      await drawn(opened)
      await Promise.all([page.mouse.move(5, 5), opened.mouse.move(5, 5)])
      expect((await picture(opened)) === (await picture(page))).toBe(true)
      await opened.getByRole('button', { name: 'Metadata' }).click()
      const tags = opened.locator('.tags tbody')
      await tags.getByText('DeidentificationMethod').first().waitFor()
      expect((await tags.textContent())?.includes(before)).toBe(false)
      await opened.getByRole('button', { name: 'Offline copy' }).click()
      expect(await downloadToBrowser(opened)).toHaveLength(files.length)
    },
  )
  test.skipIf(!existsSync(compressed))(
    'real studies are found behind Google and in a COD tree, pictured, opened and downloaded [../shared/data]',
    { timeout },
    async () => {
      const tree = await mkdtemp(join(tmpdir(), 'gantry-real-cod-'))
      onTestFinished(async () => await rm(tree, { recursive: true, force: true }))
      await writeCodTree(tree, compressed, imagesIn(compressed))
      const { url, google } = await openWithGoogle({ pages: app().pages, studies: compressed, cod: tree })
      const context = await app().newProfile(url, google.url)
      const page = await context.newPage()
      await page.goto(`${url}/worklist`)
      await page.getByLabel('Where to look').selectOption('Google Cloud Healthcare')
      await page.getByRole('button', { name: 'Sign in with Google' }).click()
      for (const name of ['radiology', 'us-central1', 'ct', 'trial']) {
        await page.getByRole('button', { name, exact: true }).click()
      }
      const wanted = imagesIn(compressed).map(({ path }) => digestOf(join(compressed, path)))
      expect(await downloadAndOpen(page)).toEqual(wanted.toSorted())
      await page.getByRole('link', { name: 'Worklist' }).click()
      await page.getByLabel('Where to look').selectOption('COD on this hub')
      expect(await downloadAndOpen(page)).toEqual(wanted.toSorted())
    },
  )
}

/** The only study of a worklist; answers with the digests that the page tells of its files. */
async function downloadAndOpen(page: Page): Promise<string[]> {
  await page.locator('img.thumbnail').first().waitFor()
  expect(await countColours(page, 'img.thumbnail')).toBeGreaterThan(32)
  await page.locator('tbody input[type=checkbox]').first().check()
  await page.getByRole('button', { name: 'Download 1 selected' }).click()
  await page.getByText(/^10 files, \d/u).waitFor()
  const digests = await downloadToBrowser(page)
  await page.locator('dialog').getByRole('button', { name: 'Close', exact: true }).last().click()
  await page.getByRole('button', { name: /^Open study of/u }).click()
  await drawn(page)
  expect(await countColours(page, '.pane .picture')).toBeGreaterThan(64)
  return digests
}

function imagesIn(folder: string): ImageFile[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.dcm'))
    .map((path) => {
      const bytes = readFileSync(join(folder, path))
      const { studyInstanceUID = '', seriesInstanceUID = '', sopInstanceUID = '' } = parseHeader(bytes).identifiers
      return { path, size: bytes.length, image: { studyInstanceUID, seriesInstanceUID, sopInstanceUID } }
    })
}

function digestOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}
