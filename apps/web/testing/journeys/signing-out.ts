import { join } from 'node:path'

import type { Page } from '@gantry-tooling/servers/browser'
import { expect, test } from 'vitest'

import { seriousFindings } from '../axe.ts'
import { drawn, type OpenedApp, pickSeries } from '../open-app.ts'
import { signInWith } from '../sign-in.ts'
import { begin } from './sharing.ts'

const timeout = 180_000
const scopes = ['sources:read', 'sources:write', 'shares:read', 'shares:write', 'dicomweb:read'] as const

/** What somebody leaves in a browser is nobody else's. */
export function signingOutTests(app: () => OpenedApp): void {
  test('a share that was interrupted is told to nobody but whoever began it', { timeout }, async () => {
    const { page, context } = await interrupted(app(), 'ward')
    await page.close()
    const later = await context.newPage()
    await signIn(later, app(), 'other')
    await later.getByRole('heading', { name: 'Open medical images' }).waitFor()
    await later.getByRole('link', { name: 'My shares' }).click()
    await later.getByRole('link', { name: 'View' }).click()
    expect(await later.getByText('A share was interrupted').count()).toBe(0)
    await signIn(later, app(), 'ward')
    await later.getByText('A share was interrupted').waitFor()
  })

  test('whoever signs out leaves nothing: no file, no key, no picture', { timeout }, async () => {
    const { page } = await interrupted(app(), 'leaving')
    expect(await leftIn(page)).toEqual(expect.arrayContaining([expect.stringMatching(/^pending\/.+\/files\//u)]))
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByText('1 share was interrupted: its files are in this browser').waitFor()
    expect(await seriousFindings(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByText('1 share was interrupted').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('button', { name: 'Remove them, and sign out' }).click()
    await page.getByRole('heading', { name: 'Open medical images' }).waitFor()
    await page.getByRole('link', { name: 'Sign in' }).waitFor()
    expect(await page.locator('canvas').count()).toBe(0)
    await expect.poll(async () => await leftIn(page)).toEqual([])
    // And the next one can use the same page.
    await signIn(page, app(), 'other')
    await pickSeries(page, app())
  })

  test('and keeps a share, where that was asked for', { timeout }, async () => {
    const { page, context } = await interrupted(app(), 'careful', 'vorsicht')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('button', { name: 'Keep them for when I come back' }).click()
    await page.getByRole('link', { name: 'Sign in' }).waitFor()
    await context.unroute('**/v1/objects/**')
    await signIn(page, app(), 'careful')
    // A passphrase that nobody has checked would open the link for nobody.
    await page.getByRole('button', { name: 'Resume' }).click()
    await page.getByLabel('New passphrase').fill('vorsicht')
    await page.getByLabel('The same again').fill('vorsciht')
    await page.getByText('The two are not the same.').waitFor()
    expect(await page.locator('dialog').getByRole('button', { name: 'Resume' }).isDisabled()).toBe(true)
    expect(await seriousFindings(page)).toEqual([])
    await page.getByLabel('The same again').fill('vorsicht')
    await page.locator('dialog').getByRole('button', { name: 'Resume' }).click()
    await page.getByText('The link is ready').waitFor({ timeout: 60_000 })
  })

  test('what was begun a week ago is gone', { timeout }, async () => {
    const { page, context } = await interrupted(app(), 'forgetful')
    await page.evaluate(agePending)
    await page.close()
    const later = await context.newPage()
    await later.goto(app().url)
    await expect.poll(async () => (await leftIn(later)).filter((path) => path.startsWith('pending/'))).toEqual([])
  })

  test('of several patients, the one who is looked at is shared', { timeout }, async () => {
    const page = await (await app().newProfile()).newPage()
    await page.goto(app().url)
    const paths = app().files.map(({ path }) => join(app().studies, path))
    await page.locator('input[data-pick=files]').setInputFiles(paths)
    await drawn(page)
    expect(await page.locator('.series .patient').allTextContents()).toEqual([
      expect.stringContaining('Phantom, Synthetic 0001'),
      expect.stringContaining('Phantom, Synthetic 0002'),
    ])
    await page.locator('.series li .choose').nth(2).click()
    await drawn(page)
    await page.getByRole('button', { name: 'Share', exact: true }).click()
    const ticks = page.locator('dialog fieldset input[type=checkbox]')
    const ticked = async () => await ticks.evaluateAll((all) => all.map((one) => (one as HTMLInputElement).checked))
    expect(await ticked()).toEqual([false, false, true, true])
    expect(await page.getByText('These are images of 2 patients').count()).toBe(0)
    await ticks.first().check()
    await page.getByText('These are images of 2 patients').waitFor()
    expect(await seriousFindings(page)).toEqual([])
    expect(await page.getByLabel('Title').inputValue()).toBe('')
  })
}

/** A share of whose objects none gets through. */
async function interrupted(app: OpenedApp, account: string, passphrase = '') {
  const context = await app.newProfile()
  let held = 0
  await context.route('**/v1/objects/**', async (route) => {
    if (route.request().method() === 'PUT') held += 1
    else await route.continue()
  })
  const page = await context.newPage()
  await signIn(page, app, account)
  await pickSeries(page, app)
  await begin(page, 'Interrupted', passphrase)
  await expect.poll(() => held, { timeout: 60_000 }).toBeGreaterThan(0)
  await page.keyboard.press('Escape')
  await page.getByText('A share was interrupted').waitFor()
  return { page, context }
}

const keys = new Map<string, Promise<unknown>>()

async function signIn(page: Page, { url, demo }: OpenedApp, account: string): Promise<void> {
  const key = keys.get(account) ?? demo.hub.accounts.create(account, { scopes })
  keys.set(account, key)
  await signInWith(page, url, await key)
}

/** All files that pages of the app have left in the browser. */
async function leftIn(page: Page): Promise<string[]> {
  return await page.evaluate<string[]>(`(async () => {
    const names = []
    const walk = async (folder, path) => {
      for await (const [name, handle] of folder.entries()) {
        if (handle.kind === 'directory') await walk(handle, path + name + '/')
        else names.push(path + name)
      }
    }
    const root = await navigator.storage.getDirectory()
    await walk(await root.getDirectoryHandle('gantry', { create: true }), '')
    return names
  })()`)
}

const agePending = `(async () => {
  const root = await navigator.storage.getDirectory()
  const pending = await (await root.getDirectoryHandle('gantry')).getDirectoryHandle('pending')
  for await (const folder of pending.values()) {
    if (folder.name.startsWith('.')) continue
    const handle = await folder.getFileHandle('request.json')
    const record = JSON.parse(await (await handle.getFile()).text())
    const writable = await handle.createWritable()
    await writable.write(JSON.stringify({ ...record, begun: record.begun - 8 * 24 * 60 * 60 * 1000 }))
    await writable.close()
  }
})()`
