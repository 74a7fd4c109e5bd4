import { expect, test } from 'vitest'

import { seriousFindings } from '../axe.ts'
import { drawn, type OpenedApp } from '../open-app.ts'
import { openWithGoogle } from '../open-with-google.ts'
import { screenshot } from '../screenshots.ts'

const timeout = 180_000

/** Sign in with Google, and find a store. */
export function googleTests(app: () => OpenedApp): void {
  test('with Google: from projects to a store, without a role, and when the session is over', { timeout }, async () => {
    const { url, google } = await openWithGoogle(app())
    const context = await app().newProfile(url, google.url)
    const page = await context.newPage()
    await page.goto(`${url}/worklist`)
    await page.getByLabel('Where to look').selectOption('Google Cloud Healthcare')
    expect(await seriousFindings(page)).toEqual([])
    await page.getByRole('button', { name: 'Sign in with Google' }).click()
    await page.getByRole('button', { name: 'radiology' }).click()
    await page.getByRole('button', { name: 'us-central1' }).click()

    // A dataset that refuses says which role is missing, and leads back.
    await page.getByRole('button', { name: 'closed' }).click()
    await page.getByText('Your account may not do that').waitFor()
    await page.getByText('roles/healthcare.dicomViewer').waitFor()
    await screenshot(page, 'denied')
    expect(await seriousFindings(page)).toEqual([])
    await page.getByRole('button', { name: 'Back' }).click()
    await page.getByRole('button', { name: 'ct', exact: true }).click()
    await page.getByRole('button', { name: 'trial' }).waitFor()
    await screenshot(page, 'google')
    await page.getByRole('button', { name: 'trial' }).click()
    await page.locator('tbody tr').nth(1).waitFor()
    await page.getByRole('button', { name: 'Open study of Phantom, Synthetic 0001' }).click()
    await page.locator('.series li').nth(1).waitFor()
    await drawn(page)

    // A token that is over: the person signs in again, and what is open stays.
    google.expireTokens()
    await page.getByRole('link', { name: 'Worklist' }).click()
    await page.getByLabel('Where to look').selectOption('Google Cloud Healthcare')
    await page.getByText('Your session with Google is over').waitFor()
    await page.getByRole('link', { name: 'View' }).click()
    expect(await page.locator('.series li').count()).toBe(2)
    await page.locator('.over').getByRole('button', { name: 'Sign in with Google' }).click()
    await page.locator('.over').waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'Worklist' }).click()
    await page.getByLabel('Where to look').selectOption('Google Cloud Healthcare')
    await page.getByRole('button', { name: 'radiology' }).waitFor()

    const other = await context.newPage()
    await other.goto(`${url}/worklist`)
    await other.getByLabel('Where to look').selectOption('Google Cloud Healthcare')
    await other.getByRole('button', { name: 'Sign in with Google' }).click()
    await other.getByRole('button', { name: 'radiology' }).waitFor()
    for (const tab of [page, other]) expect(await tab.getByText('Signed in as').count()).toBe(1)
    await page.locator('.google').getByRole('button', { name: 'Sign out' }).click()
    for (const tab of [page, other]) {
      await tab.locator('.google').getByRole('button', { name: 'Sign in with Google' }).waitFor()
    }

    // Nothing of it is kept in the browser, and no token stands in an address.
    const kept = await page.evaluate<string>('JSON.stringify([localStorage, sessionStorage, document.cookie])')
    expect(kept).not.toMatch(/ya29|token|eyJ/iu)
    expect(google.requests.every(({ query }) => !query.has('access_token'))).toBe(true)
    expect(google.refreshTokens).toBe(0)
  })
}
