import type { BrowserContext, Page } from '@gantry-tooling/servers/browser'
import { expect, test } from 'vitest'

import { drawn, type OpenedApp, openSeries } from '../open-app.ts'
import { shareOpened } from './sharing.ts'

const timeout = 180_000

/** The first image comes before the others, which are held back until it is there. */
export function progressiveTests(app: () => OpenedApp): void {
  test('a share shows its first image before the others have come', { timeout }, async () => {
    const mine = await (await app().newProfile()).newPage()
    await openSeries(mine, app())
    const link = await shareOpened(mine, { title: 'Progressive' })

    const theirs = await app().newProfile()
    // Its metadata, and one image.
    const gate = await hold(theirs, '**/v1/objects/**', 2)
    const page = await theirs.newPage()
    await page.goto(link)
    await ready(page)
    expect(await page.locator('.picture[data-loaded]').count()).toBe(0)
    expect(gate.passed).toBe(2)
    await gate.open()
    await drawn(page)
    expect(gate.passed).toBe(1 + 12)
  })

  test('so does a study of a worklist, and its series come one by one', { timeout }, async () => {
    const context = await app().newProfile()
    const gate = await hold(context, /\/instances\/[\d.]+$/u, 1)
    const page = await context.newPage()
    await page.goto(`${app().url}/worklist`)
    await page.getByRole('button', { name: 'Open study of Phantom, Synthetic 0001' }).click()
    await ready(page)
    expect(await page.locator('.bottom-left').textContent()).toBe('First of 12 images')
    expect(gate.passed).toBe(1)
    expect(await page.getByText('Fetching 1 of 24 images').count()).toBe(1)
    // What is one image of twelve is not to be shared as a series.
    await page.getByRole('button', { name: 'Share', exact: true }).click()
    expect(await page.locator('dialog input[type=checkbox]').count()).toBe(1)
    await page.keyboard.press('Escape')
    await gate.open()
    await page.locator('.series li').nth(1).waitFor()
    await drawn(page)
    expect(await page.locator('.bottom-left').textContent()).toBe('7 / 12')
    expect(await page.locator('.series li').count()).toBe(2)
  })
}

async function ready(page: Page): Promise<void> {
  await page.locator('.picture[data-status=ready]').waitFor()
}

/** Lets some requests pass; the others wait until the gate is opened. */
async function hold(context: BrowserContext, path: string | RegExp, free: number) {
  const waiting: (() => Promise<void>)[] = []
  const gate = {
    passed: 0,
    async open() {
      free = Number.POSITIVE_INFINITY
      await Promise.all(waiting.splice(0).map(async (go) => await go()))
    },
  }
  await context.route(path, async (route) => {
    const go = async () => {
      gate.passed += 1
      await route.continue()
    }
    if (route.request().method() !== 'GET') await route.continue()
    else if (gate.passed < free) await go()
    else waiting.push(go)
  })
  return gate
}
