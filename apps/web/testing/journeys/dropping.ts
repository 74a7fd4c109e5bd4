import { join } from 'node:path'

import type { Page } from '@gantry-tooling/servers/browser'
import { expect, test } from 'vitest'

import { drawn, type OpenedApp } from '../open-app.ts'

const timeout = 120_000

/** What is dropped, and what of it cannot be read. */
export function droppingTests(app: () => OpenedApp): void {
  test('of a folder that was dropped, what cannot be read is told, and the rest opens', { timeout }, async () => {
    const { newProfile, studies, url } = app()
    const page = await (await newProfile()).newPage()
    await page.goto(url)
    await page.evaluate(broken)
    await drop(page, join(studies, 'study-1'))
    await drawn(page)
    await page.getByText('2 files were left out').waitFor()
    expect((await page.locator('.problems li').allTextContents()).toSorted()).toEqual([
      expect.stringMatching(/^study-1\/series-1\/.+ It could not be read\.$/u),
      'study-1/series-2 It could not be read.',
    ])
    expect(await page.locator('.series .facts').allTextContents()).toEqual([expect.stringContaining('11 images')])
  })

  test('while a folder is looked into, the page says so; it can be stopped', { timeout }, async () => {
    const { newProfile, studies, url } = app()
    const page = await (await newProfile()).newPage()
    await page.goto(url)
    await page.evaluate(endless)
    await drop(page, studies)
    await page.getByText('Looking for files: 0 found').waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByText('Looking for files').waitFor({ state: 'detached' })
    expect(await page.getByRole('heading', { name: 'Open medical images' }).count()).toBe(1)
  })
}

/** Puts entries in the place of those that are dropped: code that is given one, and what fails. */
const withEntries = (answers: string) => `(() => {
  const { webkitGetAsEntry } = DataTransferItem.prototype
  const gone = () => new DOMException('It could not be found.', 'NotFoundError')
  const answers = ${answers}
  const stand = (entry) => ({
    isFile: entry.isFile,
    name: entry.name,
    fullPath: entry.fullPath,
    file: (done, failed) => answers.file(entry, done, failed, gone),
    createReader: () => {
      const reader = entry.createReader()
      return {
        readEntries: (done, failed) =>
          answers.folder === entry.name ? failed(gone()) : reader.readEntries((some) => done(some.map(stand)), failed),
      }
    },
  })
  DataTransferItem.prototype.webkitGetAsEntry = function () {
    return stand(webkitGetAsEntry.call(this))
  }
})()`

/** One file of the first series, and the whole second one. */
const broken = withEntries(`{
  folder: 'series-2',
  file(entry, done, failed, gone) {
    this.first ??= entry.fullPath
    if (this.first === entry.fullPath) failed(gone())
    else entry.file(done, failed)
  },
}`)

const endless = withEntries('{ file: () => {} }')

/** As a person does with a mouse. */
async function drop(page: Page, path: string): Promise<void> {
  // Before that is there, a drop falls through to the browser.
  await page.locator('.zone').waitFor()
  const session = await page.context().newCDPSession(page)
  const data = { items: [], files: [path], dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x: 600, y: 400, data })
  }
}
