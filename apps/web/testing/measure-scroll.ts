import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { openBrowser, type Page, softwareWebgl } from '@gantry-tooling/servers/browser'
import { openDemo } from '@gantry-tooling/start/demo'
import { writePhantom } from '@gantry/testkit/phantom'

import { buildApp, drawn } from './open-app.ts'

// Milliseconds from a key to the picture that it asks for, in a series of 384 slices, drawn without a graphics card. For
// docs/web-demo.md: npm run measure in apps/web.

const steps = 100

const folder = await mkdtemp(join(tmpdir(), 'gantry-scroll-'))
try {
  const pages = join(folder, 'pages')
  const studies = join(folder, 'studies')
  const files = await writePhantom(studies, { slices: 384 })
  await buildApp(pages)
  const demo = await openDemo({ folder: join(folder, 'demo'), pages, studies })
  const browser = await openBrowser(softwareWebgl)
  try {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage()
    await page.goto(demo.url)
    await page.locator('input[data-pick=files]').setInputFiles(files.map(({ path }) => join(studies, path)))
    await page.locator('.picture[data-status=ready]').waitFor({ timeout: 120_000 })
    await drawn(page)
    report('slices', await scrolled(page, 'grid-0'))
    await page.getByRole('button', { name: 'MPR' }).click()
    await drawn(page, 4)
    report('planes, axial', await scrolled(page, 'mpr-axial'))
  } finally {
    await browser.close()
    await demo.close()
  }
} finally {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
}

/** From the key to the picture, as cornerstone tells when it has drawn it. */
async function scrolled(page: Page, pane: string): Promise<number[]> {
  await page.keyboard.press('Home')
  return await page.evaluate(
    async ({ id, count }) => {
      const element = document.querySelector(`[data-pane="${id}"]`)
      const times: number[] = []
      for (let step = 0; step < count; step += 1) {
        const began = performance.now()
        await new Promise<void>((resolve) => {
          element?.addEventListener('CORNERSTONE_IMAGE_RENDERED', () => resolve(), { once: true })
          document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }))
        })
        times.push(performance.now() - began)
        await new Promise((resolve) => requestAnimationFrame(resolve))
      }
      return times
    },
    { id: pane, count: steps },
  )
}

function report(what: string, times: readonly number[]): void {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (part: number) => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0).toFixed(0)
  console.log(`${what}: ${at(0.5)} ms a step (median of ${times.length}), ${at(0.95)} ms at 95 %, ${at(1)} ms at most`)
}
