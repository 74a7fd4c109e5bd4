import { join } from 'node:path'

import type { Page } from '@gantry-tooling/servers/browser'
import { expect, test } from 'vitest'

import { seriousFindings } from '../axe.ts'
import { drawn, type OpenedApp } from '../open-app.ts'

const timeout = 180_000

/** On a phone, and on a page that was enlarged. */
export function smallScreensTests(app: () => OpenedApp): void {
  test.each([
    ['a phone', 360, 640],
    ['a window of 1280 pixels, four times as large', 320, 256],
  ])('nothing lies beyond the edge of %s', { timeout }, async (_, width, height) => {
    const { newProfile, studies, files, url } = app()
    const page = await (await newProfile()).newPage()
    await page.setViewportSize({ width, height })
    for (const path of ['', '/worklist', '/shares', '/sign-in']) {
      await page.goto(`${url}${path}`)
      await page.getByRole('button', { name: 'Sign out' }).waitFor()
      if (path === '/worklist') await page.locator('tbody tr').nth(1).waitFor()
      expect([path, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([path, width])
      expect([path, await beyond(page, '.top a, .top button, main > * button, main label')]).toEqual([path, []])
      expect([path, await seriousFindings(page)]).toEqual([path, []])
    }
    await page.goto(url)
    const paths = files.filter(({ path }) => path.startsWith('study-1/')).map(({ path }) => join(studies, path))
    await page.locator('input[data-pick=files]').setInputFiles(paths)
    await drawn(page)
    for (const panel of [undefined, 'Metadata'] as const) {
      if (panel !== undefined) await page.getByRole('button', { name: panel }).click()
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
      expect(await beyond(page, '.top a, .top button, .toolbar button, .toolbar select, .panel button')).toEqual([])
      expect(await seriousFindings(page)).toEqual([])
    }
    const picture = await page.locator('.pane .picture').boundingBox()
    expect(picture?.width).toBe(width)
    expect(picture?.height).toBeGreaterThan(200)
    await page.getByRole('button', { name: 'Share', exact: true }).click()
    await page.getByLabel('Remove what identifies the patient').check()
    expect(await beyond(page, 'dialog *')).toEqual([])
    await page.getByRole('button', { name: 'Review changes' }).click()
    await page.locator('.changes tbody tr').first().waitFor()
    expect(await beyond(page, 'dialog *')).toEqual([])
  })
}

/** What is cut off at the right or left, or can be reached by scrolling to the side alone. */
async function beyond(page: Page, selector: string): Promise<string[]> {
  return await page.locator(selector).evaluateAll((elements) =>
    elements.flatMap((element) => {
      const { left, right, width } = element.getBoundingClientRect()
      const out = width > 1 && (left < 0 || right > document.documentElement.clientWidth)
      return out ? [element.outerHTML.slice(0, 120)] : []
    }),
  )
}
