import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { writeDicom } from '@gantry/testkit/phantom'
import { expect, test } from 'vitest'

import { seriousFindings } from '../axe.ts'
import { drawn, type OpenedApp } from '../open-app.ts'
import { screenshot } from '../screenshots.ts'

const timeout = 180_000

/** De-identify before sharing. */
export function deidentifyingTests(app: () => OpenedApp): void {
  test('what identifies is shown, then removed, then shared without it', { timeout }, async () => {
    const { newProfile, studies, files, url } = app()
    const mine = await newProfile()
    const page = await mine.newPage()
    await page.goto(url)
    const paths = files.filter(({ path }) => path.startsWith('study-1/series-1')).map(({ path }) => join(studies, path))
    await page.locator('input[data-pick=files]').setInputFiles(paths)
    await drawn(page)
    const [first = ''] = paths
    const others = [
      { name: 'Phantom_Synthetic.dcm', mimeType: '', buffer: ultrasound(await readFile(first)) },
      {
        name: 'ball.stl',
        mimeType: '',
        buffer: Buffer.from(
          'solid ball\nfacet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 9 0 0\nvertex 0 9 0\nendloop\nendfacet\nendsolid ball\n',
        ),
      },
    ]
    await page.locator('input[data-pick=more]').setInputFiles(others)
    await page.locator('.series li').nth(2).waitFor()

    await page.getByRole('button', { name: 'Share', exact: true }).click()
    await page.getByLabel('Title').fill('Teaching case')
    await page.getByLabel('Remove what identifies the patient').check()
    // A mesh says nothing that the profile knows.
    expect(await page.getByRole('checkbox', { name: 'ball' }).isDisabled()).toBe(true)
    await page.getByRole('button', { name: 'Review changes' }).click()
    const create = page.getByRole('button', { name: 'Create link' })
    const row = page.locator('.changes tbody tr', { hasText: 'PatientName' })
    await row.waitFor()
    expect(await row.textContent()).toContain('Phantom^Synthetic 0001')
    expect(await row.textContent()).toContain('replaced')
    expect(await page.locator('.changes tbody tr', { hasText: 'SliceThickness' }).count()).toBe(0)
    await page.getByLabel('Show what stays').check()
    await page.locator('.changes tbody tr', { hasText: 'SliceThickness' }).waitFor()
    await page.getByLabel('Show what stays').uncheck()
    await screenshot(page, 'deidentify')
    expect(await seriousFindings(page)).toEqual([])

    // Dates are removed, unless that is not wanted.
    const date = page.locator('.changes tbody tr', { hasText: 'StudyDate' })
    expect(await date.textContent()).toContain('emptied')
    await page.getByText('What to keep').click()
    await page.getByLabel('Dates').selectOption('moved, by the same number of days')
    await date.filter({ hasText: 'moved' }).waitFor()

    // Ultrasound is suspected until somebody has looked.
    await page.getByText('1 image is of a kind that often has text burned in').waitFor()
    expect(await create.isDisabled()).toBe(true)
    await page.getByLabel('Blank rows at the top').fill('20')
    await page.getByLabel('I have looked at these images').check()
    const pseudonym = (await row.locator('td').nth(2).textContent())?.replace('replaced', '').trim() ?? ''
    expect(pseudonym).toMatch(/^[0-9A-Z]{16}$/u)
    await create.click()
    await page.getByText('The link is ready').waitFor({ timeout: 60_000 })
    const link = await page.getByLabel('Secret link').inputValue()

    const theirs = await newProfile()
    const opened = await theirs.newPage()
    await opened.goto(link)
    await drawn(opened)
    expect(await opened.locator('.series li').count()).toBe(2)
    await opened.getByRole('button', { name: 'Metadata' }).click()
    const tags = opened.locator('.tags tbody')
    await tags.getByText(pseudonym).first().waitFor()
    expect(await tags.textContent()).toContain('DeidentificationMethod')
    for (const [index, cleaned] of [false, true].entries()) {
      await opened.locator('.series .choose').nth(index).click()
      await drawn(opened)
      await tags.getByText(index === 0 ? 'CT' : 'US', { exact: true }).waitFor()
      const text = await tags.textContent()
      expect(text).not.toMatch(/Synthetic|GANTRY-PHANTOM|PHANTOM0|Phantom axial/u)
      expect(text?.includes('Clean Pixel Data')).toBe(cleaned)
    }
    // Nor is it anywhere in the files: their names among them.
    await opened.getByRole('button', { name: 'Offline copy' }).click()
    await opened.getByLabel('This browser (private storage)').check()
    await opened.getByRole('button', { name: 'Start' }).click()
    await opened.getByText('Everything is there').waitFor({ timeout: 60_000 })
    const copied = await opened.evaluate<{ readonly files: number; readonly naming: string[] }>(searchCopies)
    expect(copied).toEqual({ files: 13, naming: [] })
    // What was prepared is kept no longer than it is needed, and neither is its key.
    expect(await page.evaluate(leftPending)).toBe(0)
  })

  test('what has a value of more than a megabyte can be looked at, and is shared', { timeout }, async () => {
    const page = await (await app().newProfile()).newPage()
    await page.goto(app().url)
    const file = { name: 'colours.dcm', mimeType: '', buffer: withProfile(2 * 1024 * 1024) }
    await page.locator('input[data-pick=files]').setInputFiles([file])
    await drawn(page)
    await page.getByRole('button', { name: 'Share', exact: true }).click()
    await page.getByLabel('Remove what identifies the patient').check()
    await page.getByRole('button', { name: 'Review changes' }).click()
    await page.getByText(/ stay, in 1 file$/u).waitFor()
    await page.getByLabel('Show what stays').check()
    await page.locator('.changes tbody tr', { hasText: 'ICCProfile' }).waitFor()
    await page.getByRole('button', { name: 'Create link' }).click()
    await page.getByText('The link is ready').waitFor({ timeout: 60_000 })
    expect(await page.getByLabel('Secret link').inputValue()).toContain(`${app().url}/s/`)
  })
}

/** An image with a colour profile of so many bytes. */
function withProfile(length: number): Buffer {
  return writeDicom({
    dataSet: [
      [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.4'],
      [0x00080018, 'UI', '1.2.3.5.1'],
      [0x00080060, 'CS', 'MR'],
      [0x0020000d, 'UI', '1.2.3.5.2'],
      [0x0020000e, 'UI', '1.2.3.5.3'],
      [0x00280002, 'US', 1],
      [0x00280004, 'CS', 'MONOCHROME2'],
      [0x00280010, 'US', 16],
      [0x00280011, 'US', 16],
      [0x00280100, 'US', 8],
      [0x00280101, 'US', 8],
      [0x00280102, 'US', 7],
      [0x00280103, 'US', 0],
      [0x00282000, 'OB', new Uint8Array(length)],
      [0x7fe00010, 'OB', new Uint8Array(256)],
    ],
  })
}

function ultrasound(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes)
  const at = copy.indexOf('CS\u0002\u0000CT', 0, 'latin1')
  if (at < 0) throw new TypeError('There is no modality.')
  copy.write('US', at + 4)
  return copy
}

/** Reads every file that was downloaded in the page, and tells which of them hold a name. */
const searchCopies = `(async () => {
  let files = 0
  const naming = []
  const walk = async (folder, path) => {
    for await (const [name, handle] of folder.entries()) {
      if (handle.kind === 'directory') { await walk(handle, path + name + '/'); continue }
      files += 1
      const text = new TextDecoder('latin1').decode(await (await handle.getFile()).arrayBuffer())
      if (/Synthetic|PHANTOM0|GANTRY-PHANTOM|Phantom_/.test(text + path + name)) naming.push(path + name)
    }
  }
  const root = await navigator.storage.getDirectory()
  await walk(await (await root.getDirectoryHandle('gantry')).getDirectoryHandle('studies'), '')
  return { files, naming }
})()`

const leftPending = `(async () => {
  const root = await navigator.storage.getDirectory()
  const pending = await (await root.getDirectoryHandle('gantry')).getDirectoryHandle('pending')
  let files = 0
  const walk = async (folder) => {
    for await (const handle of folder.values()) {
      if (handle.kind === 'directory') await walk(handle)
      else files += 1
    }
  }
  await walk(pending)
  return files
})()`
