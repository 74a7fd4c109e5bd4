import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'

import { expect, test } from 'vitest'

import { countColours } from '../colours.ts'
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
  const kinds = { 'compressed images are decoded': compressed, 'NIfTI and NRRD are shown': volumes }
  for (const [what, files] of Object.entries(kinds)) {
    test.skipIf(!files.every((file) => existsSync(file)))(
      `${what} under the policy [../shared/data]`,
      { timeout },
      async () => {
        const context = await app().newProfile()
        const page = await context.newPage()
        await page.goto(app().url)
        for (const [index, file] of files.entries()) {
          await page.locator(`input[data-pick=${index === 0 ? 'files' : 'more'}]`).setInputFiles(file)
          await page.locator('.series li').nth(index).waitFor()
          await page.locator('.series .choose').nth(index).click()
          await drawn(page)
          await expect
            .poll(async () => await countColours(page, '.pane .picture'), { timeout: 30_000, message: basename(file) })
            .toBeGreaterThan(16)
        }
      },
    )
  }
}
