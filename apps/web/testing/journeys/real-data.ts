import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

import { expect, onTestFinished, test } from 'vitest'

import { countColours } from '../colours.ts'
import { drawn, type OpenedApp } from '../open-app.ts'
import { picture } from './sharing.ts'

const timeout = 240_000
const series = join(import.meta.dirname, '../../../../../shared/data/dicom/series/mr-t1-studyforrest-384-jpegls')

/** From opening to the offline copy of who got the link, with images of a scanner. */
export function realDataTests(app: () => OpenedApp): void {
  test.skipIf(!existsSync(series))(
    'a real series is opened, looked at, de-identified, shared, opened and kept [../shared/data]',
    { timeout },
    async () => {
      const { newProfile, url } = app()
      const [mine, theirs] = [await newProfile(), await newProfile()]
      onTestFinished(async () => {
        await mine.close()
        await theirs.close()
      })
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
      await opened.getByLabel('This browser (private storage)').check()
      await opened.getByRole('button', { name: 'Start' }).click()
      await opened.getByText('Everything is there').waitFor({ timeout: 60_000 })
    },
  )
}
