import { expect, test } from 'vitest'

import { type OpenedApp, openSeries } from '../open-app.ts'
import { begin, sharesOf } from './sharing.ts'

const timeout = 180_000

/** One share, and two tabs. */
export function twoTabsTests(app: () => OpenedApp): void {
  test('a share that is being sent is no other tab’s to resume or to give up', { timeout }, async () => {
    const context = await app().newProfile()
    const page = await context.newPage()
    const before = await sharesOf(app())
    let held = false
    let waiting = 0
    await context.route('**/v1/objects/**', async (route) => {
      if (held && route.request().method() === 'PUT') waiting += 1
      else await route.continue()
    })
    await openSeries(page, app())
    held = true
    await begin(page, 'Of one tab')
    await expect.poll(() => waiting).toBeGreaterThan(0)
    const other = await context.newPage()
    await other.goto(app().url)
    await other.getByRole('heading', { name: 'A share is being sent in another tab' }).waitFor()
    expect(await other.locator('.pending button').count()).toBe(0)

    // It rests, and the other tab offers what is right then; until it goes on here, of which that was not told.
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByText('Paused. You can close this page').waitFor()
    await other.reload()
    await other.getByText('A share was interrupted').waitFor()
    waiting = 0
    await page.getByRole('button', { name: 'Resume' }).click()
    await expect.poll(() => waiting).toBeGreaterThan(0)
    await other.getByRole('button', { name: 'Resume' }).click()
    await other.getByText('This share is being sent in another tab.').waitFor()
    await other.getByRole('button', { name: 'Give up' }).last().click()
    await other.getByRole('heading', { name: 'A share is being sent in another tab' }).waitFor()

    // What was held goes nowhere any more: it is asked for again.
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByText('Paused. You can close this page').waitFor()
    held = false
    await page.getByRole('button', { name: 'Resume' }).click()
    await page.getByText('The link is ready').waitFor({ timeout: 60_000 })
    expect((await sharesOf(app())) - before).toBe(1)
    await other.evaluate(() => dispatchEvent(new Event('focus')))
    await other.locator('.pending').waitFor({ state: 'detached' })
  })
}
