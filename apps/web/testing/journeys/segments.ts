import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { phantomSegmentation } from '@gantry/testkit/phantom'
import { expect, test } from 'vitest'

import { seriousFindings } from '../axe.ts'
import { huesOf } from '../colours.ts'
import { drawn, type OpenedApp, openSeries, phantomOptions } from '../open-app.ts'
import { screenshot } from '../screenshots.ts'
import { shareOpened } from './sharing.ts'

const timeout = 180_000
/** Drawing takes its time where others draw too. */
const patience = { timeout: 30_000 }
const shared = join(import.meta.dirname, '../../../../../shared/data/dicom/small/highdicom')
const pair = ['ct_image.dcm', 'seg_image_ct_binary_single_frame.dcm'].map((name) => join(shared, name))

/** Segmentations over slices and planes. */
export function segmentsTests(app: () => OpenedApp): void {
  test('segments are laid over slices and planes, each in its colour', { timeout }, async () => {
    const context = await app().newProfile()
    const page = await context.newPage()
    await openSeries(page, app())
    const stack = '[data-pane=grid-0]'
    expect(await huesOf(page, stack)).toEqual({ red: 0, green: 0, blue: 0 })
    const { bytes } = phantomSegmentation(phantomOptions)
    await page
      .locator('input[data-pick=more]')
      .setInputFiles([{ name: 'organs.dcm', mimeType: '', buffer: Buffer.from(bytes) }])
    await page.getByRole('button', { name: 'Segments' }).click()
    await page.locator('.segments[data-status=shown]').waitFor()
    expect(await page.locator('.segments li').allTextContents()).toEqual(['Right lung', 'Left lung', 'Heart'])
    // The heart reaches into a lung, and is seen there all the same.
    await expect.poll(async () => Math.min(...Object.values(await huesOf(page, stack))), patience).toBeGreaterThan(1000)
    const all = await huesOf(page, stack)
    expect(await seriousFindings(page)).toEqual([])

    await page.getByLabel('Heart').click()
    await expect.poll(async () => (await huesOf(page, stack)).red, patience).toBe(0)
    expect((await huesOf(page, stack)).green).toBe(all.green)
    await page.getByLabel('Heart').click()
    await page.getByLabel('Opacity').fill('0')
    await expect.poll(async () => (await huesOf(page, stack)).red, patience).toBeLessThan(all.red / 4)
    await page.getByLabel('Opacity').fill('60')
    await page.locator('.series h2').click()
    await page.keyboard.press('g')
    await expect.poll(async () => await huesOf(page, stack), patience).toEqual({ red: 0, green: 0, blue: 0 })
    await page.keyboard.press('g')

    await page.getByRole('button', { name: 'MPR' }).click()
    await drawn(page, 4)
    for (const plane of ['axial', 'coronal'] as const) {
      const hues = async () => Math.min(...Object.values(await huesOf(page, `[data-pane=mpr-${plane}]`)))
      await expect.poll(hues, patience).toBeGreaterThan(200)
    }
    await screenshot(page, 'segments')

    // They go with what is shared.
    await page.getByRole('button', { name: 'Slices' }).click()
    const link = await shareOpened(page, { title: 'Organs' })
    const theirs = await app().newProfile()
    const opened = await theirs.newPage()
    await opened.goto(link)
    await drawn(opened)
    await expect
      .poll(async () => Math.min(...Object.values(await huesOf(opened, stack))), patience)
      .toBeGreaterThan(1000)
    await opened.getByRole('button', { name: 'Segments' }).click()
    expect(await opened.locator('.segments li').allTextContents()).toEqual(['Right lung', 'Left lung', 'Heart'])
  })

  test('a label map is laid over slices, with segments that are hidden one by one', { timeout }, async () => {
    const context = await app().newProfile()
    const page = await context.newPage()
    await openSeries(page, app())
    const stack = '[data-pane=grid-0]'
    const { bytes } = phantomSegmentation({ ...phantomOptions, labelMap: true })
    await page
      .locator('input[data-pick=more]')
      .setInputFiles([{ name: 'labels.dcm', mimeType: '', buffer: Buffer.from(bytes) }])
    await page.getByRole('button', { name: 'Segments' }).click()
    await page.locator('.segments[data-status=shown]').waitFor()
    expect(await page.locator('.segments li').allTextContents()).toEqual(['Right lung', 'Left lung', 'Heart'])
    await expect.poll(async () => Math.min(...Object.values(await huesOf(page, stack))), patience).toBeGreaterThan(1000)
    const all = await huesOf(page, stack)
    await page.getByLabel('Heart').click()
    await expect.poll(async () => (await huesOf(page, stack)).red, patience).toBe(0)
    expect((await huesOf(page, stack)).green).toBe(all.green)
  })

  test.skipIf(!pair.every((file) => existsSync(file)))(
    'a segmentation that others wrote, over the image that it was made of [../shared/data]',
    { timeout },
    async () => {
      const context = await app().newProfile()
      const page = await context.newPage()
      await page.goto(app().url)
      await page.locator('input[data-pick=files]').setInputFiles(pair)
      await drawn(page)
      await page.getByRole('button', { name: 'Segments' }).click()
      await page.locator('.segments[data-status=shown]').waitFor()
      const coloured = async () =>
        Object.values(await huesOf(page, '[data-pane=grid-0]')).reduce((sum, of) => sum + of, 0)
      await expect.poll(coloured, patience).toBeGreaterThan(100)
    },
  )
}
