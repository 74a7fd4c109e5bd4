import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'

import { expect, onTestFinished, test } from 'vitest'

import { drawn, type OpenedApp } from '../open-app.ts'

const timeout = 180_000
const shared = join(import.meta.dirname, '../../../../../shared/data/dicom')
/** A file for each codec that is loaded as WebAssembly, and those in JavaScript. */
const compressed = [
  'small/pydicom/MR_small_jpeg_ls_lossless.dcm',
  'small/pydicom/MR_small_jp2klossless.dcm',
  'small/pydicom/MR_small_RLE.dcm',
  'small/gcp-adapter/example-mg.dcm',
  'small/wadoimageloader/CTImage.dcm_JPEGProcess14SV1TransferSyntax_1.2.840.10008.1.2.4.70.dcm',
].map((name) => join(shared, name))
const volumes = ['volumes/anatomical.nii', 'volumes/FLAIR.nrrd'].map((name) => join(shared, name))

/** What decodes, under the policy of the hub's pages. */
export function codecsTests(app: () => OpenedApp): void {
  test.skipIf(!compressed.every((file) => existsSync(file)))(
    'compressed images are decoded under the policy [../shared/data]',
    { timeout },
    async () => {
      const context = await app().newProfile()
      onTestFinished(async () => await context.close())
      const page = await context.newPage()
      await page.goto(app().url)
      for (const [index, file] of compressed.entries()) {
        await page.locator(`input[data-pick=${index === 0 ? 'files' : 'more'}]`).setInputFiles(file)
        await page.locator('.series li').nth(index).waitFor()
        await page.locator('.series .choose').nth(index).click()
        await drawn(page)
        expect([basename(file), await shades(page)]).toEqual([basename(file), 'many'])
      }
    },
  )

  test.skipIf(!volumes.every((file) => existsSync(file)))(
    'NIfTI and NRRD are shown under the policy [../shared/data]',
    { timeout },
    async () => {
      const context = await app().newProfile()
      onTestFinished(async () => await context.close())
      const page = await context.newPage()
      await page.goto(app().url)
      for (const [index, file] of volumes.entries()) {
        await page.locator(`input[data-pick=${index === 0 ? 'files' : 'more'}]`).setInputFiles(file)
        await page.locator('.series li').nth(index).waitFor()
        await page.locator('.series .choose').nth(index).click()
        await drawn(page)
        await expect.poll(async () => await shades(page), { timeout: 30_000 }).toBe('many')
      }
    },
  )
}

/** Whether a picture is there: an empty pane has but one shade. */
async function shades(page: Parameters<typeof drawn>[0]): Promise<'many' | 'few'> {
  const png = await page.locator('.pane .picture').screenshot()
  return await page.evaluate(async (base64) => {
    const image = new Image()
    image.src = `data:image/png;base64,${base64}`
    await image.decode()
    const canvas = new OffscreenCanvas(image.width, image.height)
    const context = canvas.getContext('2d')
    context?.drawImage(image, 0, 0)
    const { data = new Uint8ClampedArray() } = context?.getImageData(0, 0, image.width, image.height) ?? {}
    const seen = new Set<number>()
    for (let at = 0; at < data.length; at += 4) seen.add(data[at] ?? 0)
    return seen.size > 16 ? 'many' : 'few'
  }, png.toString('base64'))
}
