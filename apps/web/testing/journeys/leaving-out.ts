import { join } from 'node:path'

import type { Page } from '@gantry-tooling/servers/browser'
import { expect, test } from 'vitest'

import { drawn, type OpenedApp } from '../open-app.ts'
import { drag, shareOpened } from './sharing.ts'

const timeout = 180_000

/** What was closed, or was not chosen, does not go along with a share. */
export function leavingOutTests(app: () => OpenedApp): void {
  test('a note on a series that was closed is gone, and is in no share', { timeout }, async () => {
    const page = await openBoth(app())
    await note(page, 'Of the first')
    await page.getByRole('button', { name: 'MPR' }).click()
    await drawn(page, 4)
    await page.getByRole('button', { name: 'Length', exact: true }).click()
    await drag(page, [0.4, 0.4], [0.6, 0.5], '[data-pane=mpr-coronal]')
    await page.getByRole('button', { name: 'Measurements' }).click()
    await page.locator('.shapes li').nth(1).waitFor()
    await page
      .locator('.series li')
      .first()
      .getByRole('button', { name: /^Close/u })
      .click()
    await page.getByText('Nothing was measured yet').waitFor()
    // The next one begins with nothing of it.
    await page
      .locator('.series li')
      .first()
      .getByRole('button', { name: /^Close/u })
      .click()
    await page.locator('input[data-pick=files]').setInputFiles(pathsOf(app(), 'study-2/series-1'))
    await drawn(page)
    await nothingMeasured(page)
    const opened = await openLink(app(), await shareOpened(page, { title: 'Closed' }))
    expect(await opened.locator('.series li').count()).toBe(1)
    await nothingMeasured(opened)
  })

  test('what is drawn on a series that is not chosen stays here', { timeout }, async () => {
    const page = await openBoth(app())
    await note(page, 'Of the first')
    await page.getByRole('button', { name: 'MPR' }).click()
    await drawn(page, 4)
    await page.getByRole('button', { name: 'Length', exact: true }).click()
    await drag(page, [0.4, 0.4], [0.6, 0.5], '[data-pane=mpr-coronal]')
    const all = await openLink(app(), await shareOpened(page, { title: 'Both' }))
    await all.getByRole('button', { name: 'Measurements' }).click()
    await expect.poll(async () => await all.locator('.shapes li').count()).toBe(2)
    // Nor does what came with a share that was closed come back.
    for (const left of [1, 0]) {
      await all
        .locator('.series li')
        .first()
        .getByRole('button', { name: /^Close/u })
        .click()
      await expect.poll(async () => await all.locator('.series li').count()).toBe(left)
    }
    await all.locator('input[data-pick=files]').setInputFiles(pathsOf(app(), 'study-2/series-1'))
    await drawn(all)
    await all.getByRole('link', { name: 'My shares' }).click()
    await all.getByRole('link', { name: 'View' }).click()
    await drawn(all)
    await nothingMeasured(all)
    await page.locator('dialog').getByRole('button', { name: 'Close', exact: true }).last().click()
    await page.getByRole('button', { name: 'Close without the link' }).click()

    await page.getByRole('button', { name: 'Share', exact: true }).click()
    await page.locator('dialog fieldset').getByRole('checkbox').first().uncheck()
    await page.getByRole('button', { name: 'Create link' }).click()
    await page.getByText('The link is ready').waitFor({ timeout: 90_000 })
    const some = await openLink(app(), await page.getByLabel('Secret link').inputValue())
    expect(await some.locator('.series li').count()).toBe(1)
    await nothingMeasured(some)
  })
}

async function openBoth(app: OpenedApp): Promise<Page> {
  const page = await (await app.newProfile()).newPage()
  await page.goto(app.url)
  await page.locator('input[data-pick=files]').setInputFiles(pathsOf(app, 'study-1/'))
  await drawn(page)
  return page
}

function pathsOf({ files, studies }: OpenedApp, folder: string): string[] {
  return files.filter(({ path }) => path.startsWith(folder)).map(({ path }) => join(studies, path))
}

async function note(page: Page, text: string): Promise<void> {
  await page.getByRole('button', { name: 'Arrow note' }).click()
  await drag(page, [0.4, 0.4], [0.6, 0.6])
  await page.getByLabel('What is to be seen here?').fill(text)
  await page.getByRole('button', { name: 'Add note' }).click()
}

async function openLink({ newProfile }: OpenedApp, link: string): Promise<Page> {
  const page = await (await newProfile()).newPage()
  await page.goto(link)
  await page.locator('.picture[data-status=ready]').first().waitFor()
  return page
}

async function nothingMeasured(page: Page): Promise<void> {
  const panel = page.getByText('Nothing was measured yet')
  if ((await panel.count()) === 0) await page.getByRole('button', { name: 'Measurements' }).click()
  await panel.waitFor()
}
