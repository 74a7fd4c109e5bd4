import type { Page } from '@gantry-tooling/servers/browser'

/** From an open dialog into the browser's private storage; answers with the digests that the page tells, in order. */
export async function downloadToBrowser(page: Page): Promise<string[]> {
  await page.getByLabel('This browser (private storage)').check()
  await page.getByRole('button', { name: 'Start' }).click()
  await page.getByText('Everything is there').waitFor({ timeout: 60_000 })
  return (await page.locator('.digests tbody code').allTextContents()).toSorted()
}
