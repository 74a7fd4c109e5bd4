import type { Page } from '@gantry-tooling/servers/browser'
import { expect, test } from 'vitest'

import { seriousFindings } from '../axe.ts'
import { drawn, type OpenedApp, openSeries } from '../open-app.ts'
import { screenshot } from '../screenshots.ts'

const timeout = 180_000

/** Share, and open a share. */
export function sharingTests(app: () => OpenedApp): void {
  test('what one shares, another opens as it was left: the same pixels', { timeout }, async () => {
    const { newProfile } = app()
    const mine = await app().newProfile()
    const page = await mine.newPage()
    await openSeries(page, app())
    await page.keyboard.press('3')
    await page.keyboard.press('ArrowUp')
    await page.getByText('6 / 12').waitFor()
    await page.getByRole('button', { name: 'Length', exact: true }).click()
    await drag(page, [0.4, 0.4], [0.6, 0.6])
    await page.getByRole('button', { name: 'Window', exact: true }).click()
    await page.mouse.move(5, 5)
    const link = await shareOpened(page, { title: 'Chest, follow-up' })
    await screenshot(page, 'share')
    expect(await seriousFindings(page)).toEqual([])
    // It is shown once, and not thrown away by a slip.
    const closing = page.getByText('The link was not copied.')
    await page.keyboard.press('Escape')
    await closing.waitFor()
    expect(await seriousFindings(page)).toEqual([])
    await page.keyboard.press('Escape')
    await closing.waitFor({ state: 'detached' })
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Stay' }).click()
    expect(await page.getByLabel('Secret link').inputValue()).toBe(link)
    await page.getByRole('button', { name: 'Copy link' }).click()
    await page.getByText('Copied').waitFor()
    expect(await page.evaluate(async () => await navigator.clipboard.readText())).toBe(link)
    await page.locator('dialog').getByRole('button', { name: 'Close', exact: true }).last().click()

    const theirs = await newProfile()
    const opened = await theirs.newPage()
    await opened.goto(link)
    await drawn(opened)
    await opened.getByRole('heading', { name: 'Chest, follow-up' }).waitFor()
    expect(await opened.locator('.bottom-left').textContent()).toBe('6 / 12')
    await opened.mouse.move(5, 5)
    await screenshot(opened, 'opened-share')
    const pixels = await picture(opened)
    expect(pixels.length).toBeGreaterThan(5000)
    expect(pixels === (await picture(page))).toBe(true)
    await opened.getByRole('button', { name: 'Measurements' }).click()
    expect(await opened.locator('.shapes li').textContent()).toMatch(/Length\d+\.\d mm/u)

    // Counted; and over for everybody when it is revoked.
    await page.getByRole('link', { name: 'My shares' }).click()
    await page.getByText('once').first().waitFor()
    await screenshot(page, 'shares')
    expect(await seriousFindings(page)).toEqual([])
    await page.getByRole('button', { name: 'Revoke' }).first().click()
    await page.getByRole('button', { name: 'Revoke for everybody?' }).click()
    await page.getByText('revoked').first().waitFor()
    const late = await theirs.newPage()
    await late.goto(link)
    await late.getByRole('heading', { name: 'This link does not open anything any more' }).waitFor()
    const broken = await theirs.newPage()
    await broken.goto(`${link.slice(0, -4)}AAAA`)
    await broken.getByRole('heading', { name: 'This link' }).waitFor()
  })

  test('a passphrase is asked for', { timeout }, async () => {
    const context = await app().newProfile()
    const page = await context.newPage()
    await openSeries(page, app(), 'study-1/series-2')
    const link = await shareOpened(page, { title: 'Second, <b>look</b>', passphrase: 'vorsicht' })
    const opened = await context.newPage()
    await opened.goto(link)
    const field = opened.getByLabel('Passphrase')
    await field.fill('wrong')
    await opened.getByRole('button', { name: 'Open' }).click()
    await opened.getByText('That is not the passphrase.').waitFor({ timeout: 60_000 })
    expect(await seriousFindings(opened)).toEqual([])
    await field.fill('vorsicht')
    await opened.getByRole('button', { name: 'Open' }).click()
    await drawn(opened)
    expect(await opened.getByRole('heading', { name: 'Second, <b>look</b>' }).count()).toBe(1)
  })

  test('a share goes on when its tab was killed in the middle of it', { timeout }, async () => {
    const context = await app().newProfile()
    const page = await context.newPage()
    const before = await objectsOf(app())
    // Four go through, and those after them hang.
    const asked: string[] = []
    await context.route('**/v1/objects/**', async (route) => {
      if (route.request().method() !== 'PUT' || asked.push(route.request().url()) <= 4) await route.continue()
    })
    await openSeries(page, app(), 'study-2/series-1')
    await begin(page, 'Interrupted')
    await expect.poll(() => asked.length, { timeout: 60_000 }).toBe(8)
    await page.close()
    await context.unroute('**/v1/objects/**')
    const sent: string[] = []
    await context.route('**/v1/objects/**', async (route) => {
      if (route.request().method() === 'PUT') sent.push(route.request().url())
      await route.continue()
    })

    const again = await context.newPage()
    await again.goto(app().url)
    await again.getByText('A share was interrupted').waitFor()
    expect(await again.getByText('“Interrupted”: 12 files').count()).toBe(1)
    await again.getByRole('button', { name: 'Resume' }).click()
    await again.getByText('The link is ready').waitFor({ timeout: 60_000 })
    // Twelve images and the metadata: what had arrived was not sent again.
    expect((await objectsOf(app())) - before).toBe(12 + 1)
    expect(sent.filter((url) => asked.slice(0, 4).includes(url))).toEqual([])
    expect(new Set(sent).size).toBe(sent.length)
    const link = await again.getByLabel('Secret link').inputValue()
    await again.goto(link)
    await drawn(again)
    await again.getByRole('link', { name: 'View' }).click()
    expect(await again.getByText('A share was interrupted').count()).toBe(0)
  })

  test(
    'a share is paused and resumed, and survives a hub that is busy and a line that is cut',
    { timeout },
    async () => {
      const context = await app().newProfile()
      const page = await context.newPage()
      let busy = 2
      let held = true
      await context.route('**/v1/objects/**', async (route) => {
        if (route.request().method() !== 'PUT') return await route.continue()
        if ((busy -= 1) >= 0) {
          return await (busy === 1
            ? route.abort('connectionreset')
            : route.fulfill({ status: 429, headers: { 'retry-after': '1' } }))
        }
        if (!held) await route.continue()
      })
      await openSeries(page, app(), 'study-2/series-2')
      await begin(page, 'Paused')
      await expect.poll(() => busy, { timeout: 60_000 }).toBeLessThan(-1)
      await page.getByRole('button', { name: 'Pause' }).click()
      await page.getByText('Paused. You can close this page').waitFor()
      await page.getByRole('button', { name: 'Resume' }).click()
      await page.getByRole('button', { name: 'Pause' }).waitFor()
      // To close the dialog is to pause as well: the page says so, and where to go on.
      await page.keyboard.press('Escape')
      await page.getByRole('heading', { name: 'A share was interrupted' }).waitFor()
      expect(await seriousFindings(page)).toEqual([])
      held = false
      await page.getByRole('button', { name: 'Resume' }).click()
      await page.getByText('The link is ready').waitFor({ timeout: 60_000 })
      await page.getByRole('button', { name: 'Copy link' }).click()
      await page.getByText('Copied').waitFor()
      await page.keyboard.press('Escape')
      await page.locator('.pending').waitFor({ state: 'detached' })
      await page.locator('dialog').waitFor({ state: 'detached' })
    },
  )
}

export async function begin(page: Page, title: string, passphrase = ''): Promise<void> {
  await page.getByRole('button', { name: 'Share', exact: true }).click()
  await page.getByLabel('Title').fill(title)
  await page.getByLabel('Passphrase').fill(passphrase)
  await page.getByRole('button', { name: 'Create link' }).click()
}

export async function shareOpened(
  page: Page,
  { title, passphrase = '' }: { readonly title: string; readonly passphrase?: string },
): Promise<string> {
  await begin(page, title, passphrase)
  await page.getByText('The link is ready').waitFor({ timeout: 90_000 })
  return await page.getByLabel('Secret link').inputValue()
}

/** How many objects the hub keeps. */
async function objectsOf(app: OpenedApp): Promise<number> {
  return (await ask<{ readonly objects: readonly unknown[] }>(app, '/v1/objects?limit=1000')).objects.length
}

/** How many shares the hub keeps. */
export async function sharesOf(app: OpenedApp): Promise<number> {
  return (await ask<{ readonly shares: readonly unknown[] }>(app, '/v1/shares?limit=1000')).shares.length
}

async function ask<Answer>({ url }: OpenedApp, path: string): Promise<Answer> {
  const session = await fetch(`${url}/session`, { method: 'POST', headers: { 'gantry-session': '1' } })
  const { access_token: token } = (await session.json()) as { readonly access_token: string }
  const answer = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } })
  return (await answer.json()) as Answer
}

/** What is rendered, pixel by pixel, without what is drawn over it. */
export async function picture(page: Page): Promise<string> {
  return await page.evaluate(() => document.querySelector<HTMLCanvasElement>('.picture canvas')?.toDataURL() ?? '')
}

type Place = readonly [x: number, y: number]

/** In parts of the picture. */
export async function drag(page: Page, from: Place, to: Place, pane = '.pane .picture'): Promise<void> {
  const box = await page.locator(pane).boundingBox()
  if (box === null) throw new TypeError('There is no picture.')
  const at = ([x, y]: Place) => [box.x + box.width * x, box.y + box.height * y] as const
  await page.mouse.move(...at(from))
  await page.mouse.down()
  await page.mouse.move(...at([(from[0] + to[0]) / 2, (from[1] + to[1]) / 2]), { steps: 3 })
  await page.mouse.move(...at(to), { steps: 3 })
  await page.mouse.up()
}
