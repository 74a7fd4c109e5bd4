import { type Browser, chromium } from 'playwright-core'
import { ensureDebianPackages } from '../machine/debian.ts'

export type { Browser, BrowserContext, Locator, Page } from 'playwright-core'

const FLAGS = [
  '--headless=new',
  // Root may not use it, and tests open only what they serve themselves.
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  // Nothing of a browser's own business on the network.
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/**
 * Why there is no Chromium on this machine, or undefined where there is one: Debian's, installed where it is missing, or
 * the program that GANTRY_TEST_CHROMIUM names. It may take minutes, so it belongs at the top of a test file, with `await`.
 */
export async function browserUnavailable(): Promise<string | undefined> {
  if (process.env['GANTRY_TEST_CHROMIUM']) return undefined
  const reason = await ensureDebianPackages(['chromium'])
  return reason && `${reason}; or set GANTRY_TEST_CHROMIUM=program`
}

/** For pages that draw by WebGL, where no graphics card is. */
export const softwareWebgl = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist']

/** A Chromium without a window, with a new user's folder that goes when it is closed; it ends with this process. */
export async function openBrowser(more: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['GANTRY_TEST_CHROMIUM'] || '/usr/bin/chromium',
    args: [...FLAGS.filter((flag) => flag !== '--disable-gpu' || more.length === 0), ...more],
    timeout: 120_000,
  })
}
