import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { Page } from '@gantry-tooling/servers/browser'
import { expect, test } from 'vitest'

import { seriousFindings } from '../axe.ts'
import { drawn, type OpenedApp, openSeries } from '../open-app.ts'
import { shareOpened } from './sharing.ts'

const timeout = 180_000
/** Transfer syntaxes. */
const plain = '1.2.840.10008.1.2.1\0'
const unheardOf = '1.2.840.10008.1.2.7\0'

/** Images that are missing, damaged, or do not come: nothing is shown in their place, and that is said. */
export function missingImagesTests(app: () => OpenedApp): void {
  test('where slices are missing there are no planes, and the pane says why', { timeout }, async () => {
    const page = await openPage(app())
    const paths = pathsOf(app())
    await page.locator('input[data-pick=files]').setInputFiles([...paths.slice(0, 4), ...paths.slice(7)])
    await drawn(page)
    await page.getByRole('button', { name: 'MPR' }).click()
    await page.getByText('These images are no volume: slices are missing').first().waitFor()
    await expect.poll(async () => await page.locator('.picture[data-status=failed]').count()).toBe(4)
    await page.getByRole('button', { name: 'Slices' }).click()
    await drawn(page)
  })

  test('a damaged image is told in its place, and one scrolls past it', { timeout }, async () => {
    const page = await openPage(app())
    await page.locator('input[data-pick=files]').setInputFiles(await withDamaged(app(), 7))
    await drawn(page)
    expect(await indexOf(page)).toBe('7 / 12')
    await page.keyboard.press('ArrowDown')
    await page.getByText('This image could not be loaded: its pixel data are missing').waitFor()
    expect(await indexOf(page)).toBe('8 / 12')
    expect(await seriousFindings(page)).toEqual([])
    await page.keyboard.press('ArrowDown')
    await page.getByText('This image could not be loaded').waitFor({ state: 'detached' })
    expect(await indexOf(page)).toBe('9 / 12')
    await page.locator('.pane .picture').hover()
    await page.mouse.wheel(0, -100)
    await page.getByText('This image could not be loaded').waitFor()
    await page.mouse.wheel(0, -100)
    await page.getByText('7 / 12').waitFor()

    await page.getByRole('button', { name: 'MPR' }).click()
    await page.getByText('1 of 12 images could not be loaded.').first().waitFor()
    expect(await page.locator('.picture[data-status=ready]').count()).toBe(0)
  })

  test('a series whose first image is damaged says so, and shows the others', { timeout }, async () => {
    const page = await openPage(app())
    await page.locator('input[data-pick=files]').setInputFiles(await withDamaged(app(), 6))
    await page.getByText('This image could not be loaded').waitFor()
    await page.keyboard.press('ArrowDown')
    await page.getByText('8 / 12').waitFor()
    await page.getByText('This image could not be loaded').waitFor({ state: 'detached' })
    // By the window that the file names, as if it had been the first.
    await page.locator('.bottom-right').waitFor()
    expect(await indexOf(page)).toBe('8 / 12')
  })

  test('what did not come for want of a network comes when there is one again', { timeout }, async () => {
    const mine = await openPage(app())
    await openSeries(mine, app())
    const link = await shareOpened(mine, { title: 'Cut' })
    const page = await (await app().newProfile()).newPage()
    const objects = '**/v1/objects/**'
    let free = 6
    await page.context().route(objects, async (route) => {
      await ((free -= 1) >= 0 ? route.continue() : route.abort('internetdisconnected'))
    })
    await page.goto(link)
    await page.locator('.picture[data-loaded]').waitFor({ timeout: 90_000 })
    await page.keyboard.press('Home')
    await page.getByText('This image could not be loaded: The server cannot be reached').waitFor({ timeout: 60_000 })
    await page.getByRole('button', { name: 'MPR' }).click()
    await page.getByText('of 12 images could not be loaded.').first().waitFor({ timeout: 60_000 })
    await page.context().unroute(objects)
    await page.evaluate(() => dispatchEvent(new Event('online')))
    await drawn(page, 4)
    await page.getByRole('button', { name: 'Slices' }).click()
    await drawn(page)
    await page.keyboard.press('Home')
    await page.getByText('1 / 12').waitFor()
    expect(await page.getByText('This image could not be loaded').count()).toBe(0)
  })
}

async function openPage(app: OpenedApp): Promise<Page> {
  const page = await (await app.newProfile()).newPage()
  await page.goto(app.url)
  return page
}

function pathsOf({ files, studies }: OpenedApp): string[] {
  return files.filter(({ path }) => path.startsWith('study-1/series-1')).map(({ path }) => join(studies, path))
}

/** The series, and one of its images in another encoding than it says. */
async function withDamaged(app: OpenedApp, index: number) {
  const all = await Promise.all(pathsOf(app).map(async (path) => await readFile(path)))
  return all.map((bytes, at) => ({
    name: `${at}.dcm`,
    mimeType: '',
    buffer: at === index ? Buffer.from(bytes.toString('latin1').replace(plain, unheardOf), 'latin1') : bytes,
  }))
}

async function indexOf(page: Page): Promise<string | null> {
  return await page.locator('.bottom-left').textContent()
}
