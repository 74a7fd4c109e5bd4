import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { seriousFindings } from '../axe.ts'
import { downloadToBrowser } from '../download-to-browser.ts'
import { drawn, type OpenedApp } from '../open-app.ts'
import { screenshot } from '../screenshots.ts'

const timeout = 180_000

/** Trees of Cloud Optimized DICOM and plain files, in stores that the hub offers. */
export function remotesTests(app: () => OpenedApp): void {
  test('a COD tree is a worklist: searched, pictured, opened by ranges, downloaded', { timeout }, async () => {
    const { newProfile, url, files, studies } = app()
    const context = await newProfile()
    const page = await context.newPage()
    const ranges: string[] = []
    const whole: string[] = []
    context.on('request', (request) => {
      if (!request.url().endsWith('.tar')) return
      const { range } = request.headers()
      if (range === undefined) whole.push(request.url())
      else ranges.push(range)
    })
    await page.goto(`${url}/worklist`)
    await page.getByLabel('Where to look').selectOption('COD on this hub')
    await page.locator('tbody tr').nth(1).waitFor()
    await page.locator('img.thumbnail').nth(1).waitFor()
    await screenshot(page, 'worklist-cod')
    expect(await seriousFindings(page)).toEqual([])
    await page.getByRole('button', { name: 'Patient' }).click()
    expect(await page.locator('tbody tr').first().textContent()).toContain('Phantom, Synthetic 0001')
    await page.getByLabel('Name, ID or description').fill('0002')
    await page.locator('tbody tr').nth(1).waitFor({ state: 'detached' })
    expect(await page.locator('tbody tr').first().textContent()).toContain('Phantom, Synthetic 0002')
    await page.getByLabel('Modality').selectOption('MR')
    await page.getByText('No study matches.').waitFor()
    await page.getByLabel('Modality').selectOption('CT')
    await page.getByRole('button', { name: 'Open study of Phantom, Synthetic 0002' }).click()
    await page.locator('.series li').nth(1).waitFor()
    await drawn(page)
    expect(await page.locator('.bottom-left').textContent()).toBe('7 / 12')
    expect(whole).toEqual([])
    expect(ranges.length).toBeGreaterThan(12)

    await page.getByRole('link', { name: 'Worklist' }).click()
    await page.getByLabel('Where to look').selectOption('COD on this hub')
    await page.getByLabel('Select study of Phantom, Synthetic 0001').check()
    await page.getByRole('button', { name: 'Download 1 selected' }).click()
    await page.getByText(/^24 files, \d/u).waitFor()
    const digests = await downloadToBrowser(page)
    const wanted = await Promise.all(
      files
        .filter(({ path }) => path.startsWith('study-1/'))
        .map(async ({ path }) =>
          createHash('sha256')
            .update(await readFile(join(studies, path)))
            .digest('hex'),
        ),
    )
    expect(digests).toEqual(wanted.toSorted())
  })

  test('files that the hub offers open by folders', { timeout }, async () => {
    const { newProfile, url } = app()
    const context = await newProfile()
    const page = await context.newPage()
    await page.goto(`${url}/worklist`)
    await page.getByLabel('Where to look').selectOption('files of this hub')
    await page.getByText('study-2/series-2').waitFor()
    expect(await seriousFindings(page)).toEqual([])
    await page.getByLabel('Search folders').fill('study-2')
    expect(await page.locator('tbody tr').count()).toBe(3)
    await page.getByRole('button', { name: 'Open folder study-2', exact: true }).click()
    await page.locator('.series li').nth(1).waitFor()
    await drawn(page)
  })
}
