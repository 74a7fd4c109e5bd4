import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

import type { Page } from '@gantry-tooling/servers/browser'

/** Where the documentation keeps its pictures. */
const folder = join(import.meta.dirname, '../../../docs/web')

/** A picture for the documentation, when GANTRY_SCREENSHOTS asks for them: of the phantom alone. */
export async function screenshot(page: Page, name: string): Promise<void> {
  if (process.env['GANTRY_SCREENSHOTS'] === undefined) return
  await mkdir(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' })
}
