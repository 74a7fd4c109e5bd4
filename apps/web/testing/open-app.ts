import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { type Demo, openDemo } from '@gantry-tooling/start/demo'
import {
  type Browser,
  type BrowserContext,
  openBrowser,
  type Page,
  softwareWebgl,
} from '@gantry-tooling/servers/browser'
import { type PhantomOptions, writePhantom, type WrittenPhantomFile } from '@gantry/testkit/phantom'
import { build } from 'vite'
import { onTestFinished } from 'vitest'

import { writeCodTree } from './cod-tree.ts'

export const phantomOptions: PhantomOptions = { size: 64, series: 2, slices: 12, studies: 2 }

/** The app as people have it: built, served by a real hub, in a Chromium. */
export interface OpenedApp {
  readonly demo: Demo
  readonly browser: Browser
  readonly url: string
  /** The phantom's files, on disk. */
  readonly studies: string
  readonly files: readonly WrittenPhantomFile[]
  /** What pages complained of, and whom else they asked: nothing, and nobody. */
  readonly complaints: string[]
  /** The app, built. */
  readonly pages: string
  /** A person with a browser of their own, until the test is over; `origins` are those that they chose to reach, besides the hub. */
  readonly newProfile: (...origins: readonly string[]) => Promise<BrowserContext>
  close(): Promise<void>
}

export async function openApp(): Promise<OpenedApp> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-web-'))
  const pages = join(folder, 'pages')
  const studies = join(folder, 'studies')
  const [files] = await Promise.all([writePhantom(studies, phantomOptions), buildApp(pages)])
  const tree = join(folder, 'cod')
  await writeCodTree(tree, studies, files)
  const demo = await openDemo({ folder: join(folder, 'demo'), pages, studies, cod: tree })
  const browser = await openBrowser(softwareWebgl)
  const complaints: string[] = []
  return {
    demo,
    browser,
    url: demo.url,
    studies,
    files,
    complaints,
    pages,
    async newProfile(...origins) {
      const context = await browser.newContext({
        viewport: { width: 1280, height: 800 },
        acceptDownloads: true,
        reducedMotion: 'reduce',
        permissions: ['clipboard-read', 'clipboard-write'],
      })
      context.setDefaultTimeout(45_000)
      watch(context, [demo.url, ...origins], complaints)
      onTestFinished(async () => await context.close())
      return context
    },
    async close() {
      await browser.close()
      await demo.close()
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** As people have it, but for names that are not shortened. */
export async function buildApp(outDir: string): Promise<void> {
  await build({
    root: join(import.meta.dirname, '..'),
    configFile: join(import.meta.dirname, '../vite.config.ts'),
    logLevel: 'silent',
    build: { outDir, emptyOutDir: true, minify: false, reportCompressedSize: false },
  })
}

/** Names of patients and UIDs are the phantom's: they may be shown. */
function watch(context: BrowserContext, origins: readonly string[], complaints: string[]): void {
  context.on('request', (request) => {
    const asked = request.url()
    if (!/^(?:blob|data):/u.test(asked) && !origins.some((origin) => asked.startsWith(`${origin}/`)))
      complaints.push(`asked ${asked}`)
  })
  context.on('weberror', (error) => complaints.push(`threw ${error.error().stack ?? error.error().message}`))
  context.on('console', (message) => {
    if (/Content Security Policy/u.test(message.text())) complaints.push(message.text())
  })
}

/** Waits until pictures are drawn, and all of their images have come. */
export async function drawn(page: Page, panes = 1): Promise<void> {
  await page.waitForFunction(
    (count) => document.querySelectorAll('.picture[data-status=ready][data-loaded]').length === count,
    panes,
    { timeout: 90_000 },
  )
  // What was asked for is drawn in the next frame.
  await page.evaluate(
    async () =>
      await new Promise((resolve) =>
        requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(resolve))),
      ),
  )
}

/** Opens the first series of the phantom from the disk. */
export async function openSeries(page: Page, app: OpenedApp, series = 'study-1/series-1'): Promise<void> {
  await page.goto(app.url)
  await pickSeries(page, app, series)
}

/** The same on a page where nothing is open yet. */
export async function pickSeries(page: Page, app: OpenedApp, series = 'study-1/series-1'): Promise<void> {
  const paths = app.files.filter(({ path }) => path.startsWith(series)).map(({ path }) => join(app.studies, path))
  await page.locator('input[data-pick=files]').setInputFiles(paths)
  await drawn(page)
}
