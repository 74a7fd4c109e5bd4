import { join } from 'node:path'

import { phantom, transferSyntaxes } from '@gantry/testkit/phantom'
import { expect, test } from 'vitest'

import { seriousFindings } from '../axe.ts'
import { brightnessAt, countColours } from '../colours.ts'
import { drawn, type OpenedApp, openSeries } from '../open-app.ts'
import { screenshot } from '../screenshots.ts'

const timeout = 180_000

/** Open, and look. */
export function lookingTests(app: () => OpenedApp): void {
  test('files are opened and shown; what is none is told, and the rest opens', { timeout }, async () => {
    const { newProfile, studies, files, url } = app()
    const context = await newProfile()
    const page = await context.newPage()
    await page.goto(url)
    await page.getByRole('heading', { name: 'Open medical images' }).waitFor()
    await screenshot(page, 'open')
    expect(await seriousFindings(page)).toEqual([])
    const paths = files.filter(({ path }) => path.startsWith('study-1/')).map(({ path }) => join(studies, path))
    await page.locator('input[data-pick=files]').setInputFiles(paths)
    await drawn(page)
    await page.locator('input[data-pick=more]').setInputFiles([
      { name: 'letter.txt', mimeType: 'text/plain', buffer: Buffer.from('Dear colleague') },
      { name: 'cut.dcm', mimeType: 'application/dicom', buffer: Buffer.alloc(200) },
    ])
    await page.getByText('2 files were left out').waitFor()
    expect(await page.locator('.problems li').allTextContents()).toEqual(
      expect.arrayContaining([expect.stringContaining('letter.txt'), expect.stringContaining('cut.dcm')]),
    )
    await page.getByRole('button', { name: 'Dismiss' }).click()
    expect(await page.locator('.series li').count()).toBe(2)
    await page.locator('input[data-pick=more]').setInputFiles(paths.slice(0, 12))
    await page.getByText('was open already').waitFor()
    expect(await page.locator('.series li').count()).toBe(2)
    await page.getByRole('button', { name: 'Dismiss' }).click()
    await page.getByRole('button', { name: 'Metadata' }).click()
    await page.getByLabel('Search tags').fill('patientname')
    await page.getByText('1 of').waitFor()
    expect(await page.locator('.tags tbody').textContent()).toContain('Phantom')
    expect(await seriousFindings(page)).toEqual([])
    await page.getByLabel('Layout').last().selectOption('1×2')
    await drawn(page, 2)
    await screenshot(page, 'look')
  })

  test('by keys alone past the series to the picture, and the address stays', { timeout }, async () => {
    const page = await (await app().newProfile()).newPage()
    await openSeries(page, app())
    const address = page.url()
    expect(await page.locator('h1').allTextContents()).toEqual(['Images'])
    await page.getByRole('link', { name: 'Skip to the images' }).focus()
    await page.keyboard.press('Enter')
    expect(await page.evaluate('document.activeElement.className')).toBe('pane')
    expect(page.url()).toBe(address)
    await page.keyboard.press('ArrowDown')
    await page.getByText('8 / 12').waitFor()
    await page.goto(`${app().url}/sign-in`)
    await page.getByText('You are signed in.').waitFor()
    await page.getByRole('link', { name: 'Skip to the images' }).focus()
    await page.keyboard.press('Enter')
    expect(await page.evaluate('document.activeElement.id')).toBe('main')
    await page.getByRole('button', { name: 'To the start' }).click()
    await page.getByRole('heading', { name: 'Open medical images' }).waitFor()
  })

  test('by keys alone: slices, windows, the sheet of shortcuts', { timeout }, async () => {
    const { newProfile } = app()
    const context = await newProfile()
    const page = await context.newPage()
    await openSeries(page, app())
    const position = page.locator('.bottom-left')
    const window = page.locator('.bottom-right')
    expect(await position.textContent()).toBe('7 / 12')
    expect(await page.locator('.edge').allTextContents()).toEqual(['A', 'L', 'P', 'R'])
    await page.keyboard.press('ArrowDown')
    await page.getByText('8 / 12').waitFor()
    await page.keyboard.press('End')
    await page.getByText('12 / 12').waitFor()
    await page.keyboard.press('3')
    await page.getByText('C 480').waitFor()
    expect(await window.textContent()).toContain('2,500')
    await page.keyboard.press('?')
    await page.getByRole('heading', { name: 'Keyboard shortcuts' }).waitFor()
    expect(await seriousFindings(page)).toEqual([])
    await page.keyboard.press('Escape')
    expect(await page.locator('dialog[open]').count()).toBe(0)
    // Who has no mouse goes on from where the dialog was opened.
    for (const name of ['Keyboard shortcuts', 'Share']) {
      const button = page.getByRole('button', { name, exact: true })
      await button.focus()
      await page.keyboard.press('Enter')
      await page.locator('dialog[open]').waitFor()
      await page.keyboard.press('Escape')
      await page.locator('dialog').waitFor({ state: 'detached' })
      expect([name, await button.evaluate((element) => element === document.activeElement)]).toEqual([name, true])
    }
  })

  test('planes that cross, and the volume with a mesh', { timeout }, async () => {
    const { newProfile, studies, files, url } = app()
    const context = await newProfile()
    const page = await context.newPage()
    await page.setViewportSize({ width: 1024, height: 640 })
    await page.goto(url)
    const paths = files.filter(({ path }) => path.startsWith('study-1/series-1')).map(({ path }) => join(studies, path))
    await page.locator('input[data-pick=files]').setInputFiles(paths)
    await drawn(page)
    await page
      .locator('input[data-pick=more]')
      .setInputFiles([{ name: 'ball.stl', mimeType: 'model/stl', buffer: tetrahedron() }])
    await page.getByText('ball').first().waitFor()
    await page.getByRole('button', { name: 'MPR' }).click()
    await drawn(page, 4)
    await screenshot(page, 'mpr')
    for (const name of ['axial', 'sagittal', 'coronal', 'volume']) {
      expect([name, (await countColours(page, `[data-pane="mpr-${name}"]`)) > 2]).toEqual([name, true])
    }
    // Where the mesh stands out of the volume: its file tells no normals, and it is lit all the same.
    expect(await brightnessAt(page, '[data-pane="mpr-volume"]', [0.5, 0.3])).toBeGreaterThan(60)
  })

  test('hostile images do no harm', { timeout }, async () => {
    const { newProfile, url } = app()
    const context = await newProfile()
    const page = await context.newPage()
    await page.goto(url)
    const [good] = await Array.fromAsync(phantom({ size: 16, slices: 1 }))
    if (good === undefined) throw new TypeError('There is no phantom.')
    const script = patch(good.bytes, 'Phantom^', '<img/x>^')
    await page.locator('input[data-pick=files]').setInputFiles([
      { name: '<img src=x onerror=alert(1)>.dcm', mimeType: '', buffer: Buffer.from(script) },
      { name: 'huge.dcm', mimeType: '', buffer: Buffer.from(resized(good.bytes)) },
      { name: 'cut.dcm', mimeType: '', buffer: Buffer.from(good.bytes.subarray(0, good.bytes.length - 200)) },
      { name: 'deep.dcm', mimeType: '', buffer: nested() },
      { name: 'empty.dcm', mimeType: '', buffer: withoutPixels(good.bytes) },
      { name: 'rowless.dcm', mimeType: '', buffer: Buffer.from(resized(good.bytes, 0)) },
      { name: 'endless.dcm', mimeType: '', buffer: withFrames(good.bytes, '2147483647') },
    ])
    await page.locator('.picture[data-status=ready]').waitFor()
    expect(await page.locator('.series li').count()).toBe(1)
    await page.getByRole('button', { name: 'Metadata' }).click()
    await page.getByText('<img/x>').first().waitFor()
    expect(await page.locator('img').count()).toBe(0)
    expect(await page.locator('.problems summary').textContent()).toMatch(/files? (?:was|were) left out/u)
    const names = await page.locator('.problems li strong').allTextContents()
    expect(names.sort()).toEqual(['cut.dcm', 'deep.dcm', 'empty.dcm', 'endless.dcm', 'huge.dcm', 'rowless.dcm'])
  })
}

function patch(bytes: Uint8Array, from: string, to: string): Uint8Array {
  const copy = Buffer.from(bytes)
  const at = copy.indexOf(from)
  if (at < 0 || from.length !== to.length) throw new TypeError('There is nothing to be patched.')
  copy.write(to, at)
  return copy
}

/** Rows and columns; by default 65535, of which hardly any are there. */
function resized(bytes: Uint8Array, size = 65_535): Uint8Array {
  const copy = Buffer.from(bytes)
  for (const element of ['10', '11']) {
    const at = copy.indexOf(Buffer.from(`2800${element}005553`, 'hex'))
    copy.writeUInt16LE(size, at + 8)
  }
  return copy
}

/** Ends where its pixel data would begin. */
function withoutPixels(bytes: Uint8Array): Buffer {
  const copy = Buffer.from(bytes)
  return copy.subarray(0, copy.indexOf(Buffer.from('e07f10004f57', 'hex')))
}

/** Says that it has so many frames; of one, the phantom says nothing. */
function withFrames(bytes: Uint8Array, frames: string): Buffer {
  const copy = Buffer.from(bytes)
  const at = copy.indexOf(Buffer.from('280010005553', 'hex'))
  const text = Buffer.from(frames.padEnd(frames.length + (frames.length % 2)))
  const element = Buffer.from([0x28, 0x00, 0x08, 0x00, 0x49, 0x53, text.length, 0x00])
  return Buffer.concat([copy.subarray(0, at), element, text, copy.subarray(at)])
}

/** Sequences in sequences, ten thousand deep. */
function nested(): Buffer {
  const meta = Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')])
  const syntax = Buffer.from(`${transferSyntaxes.explicit}\0`)
  const head = Buffer.from([0x02, 0x00, 0x10, 0x00, 0x55, 0x49, syntax.length, 0x00])
  const item = Buffer.from('0800401153510000fffffffffeff00e0ffffffff', 'hex')
  return Buffer.concat([meta, head, syntax, ...Array.from({ length: 10_000 }, () => item)])
}

function tetrahedron(): Buffer {
  const points = [
    [0, -90, 0],
    [60, 60, 0],
    [-60, 60, 0],
    [0, 0, 90],
  ] as const
  const faces = [
    [0, 1, 2],
    [0, 1, 3],
    [1, 2, 3],
    [2, 0, 3],
  ] as const
  const lines = faces.map((face) => {
    const corners = face.map((at) => `vertex ${points[at].join(' ')}`).join('\n')
    return `facet normal 0 0 0\nouter loop\n${corners}\nendloop\nendfacet`
  })
  return Buffer.from(`solid ball\n${lines.join('\n')}\nendsolid ball\n`)
}
