import type { Locator, Page } from '@gantry-tooling/servers/browser'

/** Hands the key file of an account to the form that is shown. */
export async function giveKey(shown: Page | Locator, key: unknown): Promise<void> {
  await shown.getByLabel('Key file of your account').setInputFiles({
    name: 'key.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify(key)),
  })
  await shown.getByRole('button', { name: 'Sign in', exact: true }).click()
}

export async function signInWith(page: Page, url: string, key: unknown): Promise<void> {
  await page.goto(`${url}/sign-in`)
  await giveKey(page, key)
  await page.getByRole('heading', { name: 'Open medical images' }).waitFor()
}
