import { expect, test } from 'vitest'

import { seriousFindings } from '../axe.ts'
import { drawn, type OpenedApp, openSeries, pickSeries } from '../open-app.ts'
import { signInWith } from '../sign-in.ts'
import { begin, drag, sharesOf } from './sharing.ts'

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

  test('who signs out in one tab is signed out in the others, and what runs there stops', { timeout }, async () => {
    const { url, demo } = app()
    const context = await app().newProfile()
    const scopes = ['sources:read', 'sources:write', 'shares:read', 'shares:write', 'dicomweb:read'] as const
    const [mine, theirs] = [
      await demo.hub.accounts.create('two-tabs', { scopes }),
      await demo.hub.accounts.create('somebody-else', { scopes }),
    ]
    const page = await context.newPage()
    await signInWith(page, url, mine)
    const drawing = await context.newPage()
    await signInWith(drawing, url, mine)
    await pickSeries(drawing, app())
    await drawing.getByRole('button', { name: 'Length', exact: true }).click()
    await drag(drawing, [0.4, 0.4], [0.6, 0.6])
    const stranger = await context.newPage()
    await signInWith(stranger, url, theirs)

    let held = 0
    let failed = 0
    const images = /\/(?:series|instances)\/[\d.]+$/u
    await context.route(images, async (route) => {
      if (route.request().method() === 'GET') held += 1
      else await route.continue()
    })
    context.on('requestfailed', (request) => {
      if (request.method() === 'GET' && images.test(new URL(request.url()).pathname)) failed += 1
    })
    const loading = await context.newPage()
    await signInWith(loading, url, mine)
    await loading.getByRole('link', { name: 'Worklist' }).click()
    await loading.locator('tbody input[type=checkbox]').first().check()
    await loading.getByRole('button', { name: 'Download 1 selected' }).click()
    await loading.getByLabel('This browser (private storage)').check()
    await loading.getByRole('button', { name: 'Start' }).click()
    await expect.poll(() => held, { timeout: 60_000 }).toBeGreaterThan(0)

    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('link', { name: 'Sign in' }).waitFor()
    expect(await page.locator('.over').count()).toBe(0)
    await loading.getByText('A download was stopped: to go on, sign in and start it again.').waitFor()
    expect(failed).toBe(held)
    expect(await loading.getByText('You signed out in another tab').count()).toBe(1)
    expect(await loading.getByRole('heading', { name: 'Open medical images' }).count()).toBe(1)
    expect(await loading.getByRole('link', { name: 'Sign in' }).count()).toBe(1)

    // What was drawn is not thrown away by a click in another tab.
    await drawing.getByText('There are measurements here that were not shared').waitFor()
    expect(await seriousFindings(drawing)).toEqual([])
    await drawing.keyboard.press('Escape')
    await drawing.getByRole('link', { name: 'Sign in' }).waitFor()
    await drawn(drawing)
    await drawing.getByRole('button', { name: 'Measurements' }).click()
    expect(await drawing.locator('.shapes li').count()).toBe(1)
    await drawing.keyboard.press('ArrowUp')
    await drawn(drawing)

    expect(await stranger.getByRole('button', { name: 'Sign out' }).count()).toBe(1)
  })
}
