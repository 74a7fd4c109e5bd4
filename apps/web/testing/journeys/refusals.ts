import type { Page } from '@gantry-tooling/servers/browser'
import { expect, test } from 'vitest'

import { seriousFindings } from '../axe.ts'
import { drawn, type OpenedApp, openSeries, pickSeries } from '../open-app.ts'
import { giveKey, signInWith } from '../sign-in.ts'
import { begin, shareOpened } from './sharing.ts'

const timeout = 120_000

/** Sign in, and what is refused. */
export function refusalTests(app: () => OpenedApp): void {
  test('an account without the role is told which one it lacks, and led back', { timeout }, async () => {
    const { url, demo } = app()
    const key = await demo.hub.accounts.create('opens-only', { scopes: ['sources:read'] })
    const page = await newPage(app)
    await page.goto(`${url}/sign-in`)
    expect(await seriousFindings(page)).toEqual([])
    await giveKey(page, key)
    await page.getByRole('heading', { name: 'Open medical images' }).waitFor()
    await page.getByRole('link', { name: 'Worklist' }).click()
    await page.getByText('Your account may not do that').waitFor()
    expect(await page.getByText('dicomweb:read').count()).toBe(1)
    await page.getByRole('link', { name: 'My shares' }).click()
    await page.getByText('shares:read').waitFor()
    await page.getByRole('button', { name: 'Back' }).click()
    await page.getByRole('heading', { name: 'Worklist' }).waitFor()
  })

  test('a file that is no key, and a token that is over, are said so', { timeout }, async () => {
    const { url } = app()
    const page = await newPage(app)
    await page.goto(`${url}/sign-in`)
    await giveKey(page, {})
    await page.getByText('That is no key file of a hub account.').waitFor()
    await page.goto(`${url}/sign-in`)
    await page.getByLabel('or an access token').fill('eyJhbGciOiJFZERTQSJ9.e30.c2ln')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByText('That is no token of this hub, or it is over.').waitFor()
    expect(page.url()).toBe(`${url}/sign-in`)
  })

  test('a share whose token is over goes on when its owner signs in again', { timeout }, async () => {
    const { demo } = app()
    const scopes = ['sources:read', 'sources:write', 'shares:read', 'shares:write'] as const
    const key = await demo.hub.accounts.create('comes-back', { scopes })
    const page = await newPage(app)
    await openSeries(page, app())
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Open medical images' }).waitFor()
    await page.getByRole('link', { name: 'Sign in' }).click()
    // It was not over when it was given.
    const shares = '**/v1/shares?*'
    await page.context().route(shares, async (route) => await route.fulfill({ status: 200, json: { shares: [] } }))
    await page.getByLabel('or an access token').fill(overToken('comes-back'))
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByRole('heading', { name: 'Open medical images' }).waitFor()
    await page.context().unroute(shares)
    await pickSeries(page, app())
    await page.getByRole('button', { name: 'Share', exact: true }).click()
    await page.getByLabel('Title').fill('Not lost')
    await page.getByRole('button', { name: 'Create link' }).click()
    await page.getByText('the session is over').waitFor({ timeout: 60_000 })
    await page.locator('.failure').getByRole('button', { name: 'Sign in' }).click()
    await giveKey(page.locator('dialog form'), key)
    await page.getByText('The link is ready').waitFor({ timeout: 60_000 })
    expect(await page.getByLabel('Secret link').inputValue()).toContain(`${app().url}/s/`)
  })

  test('where the browser keeps nothing for pages, one can share all the same', { timeout }, async () => {
    const context = await app().newProfile()
    const denied = `if (navigator.storage) navigator.storage.getDirectory = async () => { throw new DOMException('Denied', 'SecurityError') };`
    await context.addInitScript(denied)
    await context.route(/\/assets\/worker-[^/]+\.js$/u, async (route) => {
      const response = await route.fetch()
      await route.fulfill({ response, body: `${denied}\n${await response.text()}` })
    })
    let held = true
    await context.route('**/v1/objects/**', async (route) => {
      if (!held || route.request().method() !== 'PUT') await route.continue()
    })
    const page = await context.newPage()
    await openSeries(page, app())
    await begin(page, 'Kept nowhere')
    await page.getByText('Keep this page open: this browser keeps nothing for it').waitFor()
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByText('when it is closed, the share has to be made anew').waitFor()
    held = false
    await page.getByRole('button', { name: 'Resume' }).click()
    await page.getByText('The link is ready').waitFor({ timeout: 60_000 })
    expect(await page.getByLabel('Secret link').inputValue()).toContain(`${app().url}/s/`)
  })

  test('an account whose quota is full is told so', { timeout }, async () => {
    const { url, demo } = app()
    const scopes = ['sources:read', 'sources:write', 'shares:read', 'shares:write'] as const
    const key = await demo.hub.accounts.create('full-quota', { scopes, quota: 1000 })
    const page = await newPage(app)
    await signInWith(page, url, key)
    await pickSeries(page, app())
    await begin(page, 'Too much')
    await page.getByText('The quota of your account is full').waitFor({ timeout: 60_000 })
    expect(await page.locator('.overall').textContent()).toBe('0%')
  })

  test('links that were mangled on their way open, and one that was altered is told', { timeout }, async () => {
    const mine = await newPage(app)
    await openSeries(mine, app())
    const link = await shareOpened(mine, { title: 'Mangled' })
    for (const mangled of [link.replace('#', '/#'), link.replace('#', '%23')]) {
      const page = await newPage(app)
      await page.goto(mangled)
      await drawn(page)
      expect(page.url()).toBe(link)
      expect(await page.title()).toBe('Shared images – Gantry')
      expect(await sentOf(page).count()).toBe(mangled.includes('%23') ? 1 : 0)
      await page.close()
    }
    const page = await newPage(app)
    // What was sent cannot be taken back: only the sender can make it worthless.
    await page.goto(link.replace('#', '%23'))
    await drawn(page)
    expect(await sentOf(page).textContent()).toContain('Ask the sender to revoke the link')
    expect(await seriousFindings(page)).toEqual([])
    await sentOf(page).getByRole('button', { name: 'Dismiss' }).click()
    await sentOf(page).waitFor({ state: 'detached' })
    await page.goto(link.replace('#', '/#').slice(0, -6))
    await page.getByRole('heading', { name: 'This link is not whole' }).waitFor()
    await page.evaluate((hash) => void (location.hash = hash), new URL(link).hash)
    await drawn(page)
    await page.evaluate((hash) => void (location.hash = hash), new URL(link).hash.slice(0, -4))
    await page.getByRole('heading', { name: 'This link is not whole' }).waitFor()
    await page.goto(`${link}).`)
    await drawn(page)
    expect(page.url()).toBe(link)
    const id = new URL(link).pathname
    await page.goto(link.replace(id, `/s/${'A'.repeat(22)}`))
    await page.getByRole('heading', { name: 'There is no share behind this link' }).waitFor()
    await page.goto(`${app().url}/s/`)
    await page.getByRole('heading', { name: 'This link is not whole' }).waitFor()
    await page.goto(`${app().url}/worklists`)
    await page.getByRole('button', { name: 'To the start' }).click()
    await page.getByRole('heading', { name: 'Open medical images' }).waitFor()
  })

  test('a link that is opened while the hub is busy, or away, can be tried again', { timeout }, async () => {
    const mine = await newPage(app)
    await openSeries(mine, app())
    const link = await shareOpened(mine, { title: 'Patience' })
    const page = await newPage(app)
    const opening = '**/v1/shares/*/open*'
    await page.context().route(opening, async (route) => {
      await route.fulfill({ status: 429, headers: { 'retry-after': '1' } })
    })
    await page.goto(link)
    await page.getByRole('heading', { name: 'Too many people open this at the moment' }).waitFor({ timeout: 60_000 })
    await page.context().unroute(opening)
    await page.context().route(opening, async (route) => await route.abort('internetdisconnected'))
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('heading', { name: 'The hub cannot be reached' }).waitFor({ timeout: 60_000 })
    await page.context().unroute(opening)
    await page.getByRole('button', { name: 'Try again' }).click()
    await drawn(page)
    expect(await page.getByRole('heading', { name: 'Patience' }).count()).toBe(1)
  })

  test('without a network, a page says so, and goes on when there is one', { timeout }, async () => {
    const page = await newPage(app)
    await page.goto(app().url)
    await page.getByRole('button', { name: 'Sign out' }).waitFor()
    // Workers do not heed what Chromium calls offline.
    await page.context().route('**/v1/**', async (route) => await route.abort('internetdisconnected'))
    await page.getByRole('link', { name: 'My shares' }).click()
    await page.getByText('The server cannot be reached').waitFor({ timeout: 60_000 })
    await page.context().unroute('**/v1/**')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('alert').waitFor({ state: 'detached' })
    expect(await page.getByRole('heading', { name: 'My shares' }).count()).toBe(1)
    // Nor is a study that does not come passed over in silence.
    await page.context().route(/\/instances\/[\d.]+$/u, async (route) => await route.abort('internetdisconnected'))
    await page.getByRole('link', { name: 'Worklist' }).click()
    await page.getByRole('button', { name: 'Open study of Phantom, Synthetic 0001' }).click()
    await page.getByText('The server cannot be reached').waitFor({ timeout: 60_000 })
    await page.getByRole('button', { name: 'Dismiss' }).click()
    await page.getByRole('alert').waitFor({ state: 'detached' })
  })

  test('the session is handed to nobody else’s page', async () => {
    const ask = async (headers: Record<string, string>) =>
      (await fetch(`${app().url}/session`, { method: 'POST', headers })).status
    expect(await ask({})).toBe(403)
    expect(await ask({ 'gantry-session': '1', origin: 'https://evil.example' })).toBe(403)
    expect(await ask({ 'gantry-session': '1' })).toBe(200)
  })
}

/** A token of an account that the hub does not take any more. */
export function overToken(account: string): string {
  return ['{"alg":"EdDSA"}', JSON.stringify({ sub: account }), 'sig']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.')
}

function sentOf(page: Page) {
  return page.getByRole('alert').filter({ hasText: 'The key of this link was sent to the server' })
}

async function newPage(app: () => OpenedApp) {
  return await (await app().newProfile()).newPage()
}
