import type { Page } from '@gantry-tooling/servers/browser'
import { type DataSet, writeDicom } from '@gantry/testkit/phantom'
import { expect, test } from 'vitest'

import { seriousFindings } from '../axe.ts'
import { brightnessAt } from '../colours.ts'
import { drawn, type OpenedApp, openSeries } from '../open-app.ts'
import { screenshot } from '../screenshots.ts'
import { drag } from './sharing.ts'

const timeout = 180_000
const patience = { timeout: 30_000 }

/** What one does with what is shown. */
export function toolsTests(app: () => OpenedApp): void {
  test('lengths, angles, areas and notes are drawn, listed, and taken away', { timeout }, async () => {
    const page = await newPage(app)
    await openSeries(page, app())
    await page.getByRole('button', { name: 'Measurements' }).click()
    await page.getByText('Nothing was measured yet').waitFor()
    const listed = page.locator('.shapes li')
    await choose(page, 'Length')
    await drag(page, [0.3, 0.3], [0.5, 0.3])
    await listed.nth(0).waitFor()
    await choose(page, 'Rectangle')
    await drag(page, [0.3, 0.4], [0.5, 0.55])
    await listed.nth(1).waitFor()
    await choose(page, 'Ellipse')
    await drag(page, [0.6, 0.4], [0.75, 0.55])
    await listed.nth(2).waitFor()
    await choose(page, 'Angle')
    await drag(page, [0.3, 0.8], [0.45, 0.65])
    await click(page, [0.6, 0.8])
    await listed.nth(3).waitFor()
    await choose(page, 'Arrow note')
    const question = page.getByLabel('What is to be seen here?')
    const drawNote = async () => {
      await drag(page, [0.7, 0.7], [0.8, 0.8])
      return await question.waitFor({ timeout: 10_000 }).then(
        () => true,
        () => false,
      )
    }
    // The last point of the angle may be on its way still: then the first stroke goes to that.
    await expect.poll(drawNote, { timeout: 60_000 }).toBe(true)
    await question.fill('Nodule, <5 mm')
    await page.getByRole('button', { name: 'Add note' }).click()
    await listed.nth(4).waitFor()
    const texts = (await listed.allTextContents()).toSorted()
    expect(texts).toEqual([
      expect.stringMatching(/^Angle\d+\.\d°$/u),
      expect.stringMatching(/^Ellipse\d+\.\d mm²$/u),
      expect.stringMatching(/^Length\d+\.\d mm$/u),
      expect.stringMatching(/^NoteNodule, <5 mm$/u),
      expect.stringMatching(/^Rectangle\d+\.\d mm²$/u),
    ])
    await screenshot(page, 'measure')
    expect(await seriousFindings(page)).toEqual([])
    await page.getByRole('button', { name: 'Remove Length' }).click()
    await expect.poll(async () => await listed.count(), patience).toBe(4)
  })

  test(
    'the left button does what was chosen last: pan, zoom, and the crosshair that moves the other planes',
    { timeout },
    async () => {
      const page = await newPage(app)
      await openSeries(page, app())
      await page.getByRole('button', { name: 'MPR' }).click()
      await drawn(page, 4)
      const axial = '[data-pane="mpr-axial"]'
      const others = async () => {
        const shown = ['sagittal', 'coronal'].map((name) => page.locator(`[data-pane="mpr-${name}"] ~ .bottom-left`))
        return (await Promise.all(shown.map(async (one) => await one.textContent()))).join(', ')
      }
      const picture = async () => (await page.locator(axial).screenshot()).toString('base64')
      for (const key of ['p', 'z']) {
        const [before, there] = [await picture(), await others()]
        await page.keyboard.press(key)
        await drag(page, [0.5, 0.5], [0.6, 0.4], axial)
        await expect.poll(picture, patience).not.toBe(before)
        expect(await others()).toBe(there)
      }
      const there = await others()
      await page.keyboard.press('c')
      await drag(page, [0.6, 0.4], [0.7, 0.6], axial)
      await expect.poll(others, patience).not.toBe(there)
    },
  )

  test('an enhanced CT is drawn in HU, frame by frame', { timeout }, async () => {
    const page = await newPage(app)
    await page.goto(app().url)
    await page.locator('input[data-pick=files]').setInputFiles([{ name: 'ct.dcm', mimeType: '', buffer: enhanced() }])
    await drawn(page)
    await page.locator('.bottom-right').filter({ hasText: 'C 40' }).waitFor()
    await page.keyboard.press('Home')
    const brightness = async () => await brightnessAt(page, '[data-pane=grid-0]', [0.45, 0.5])
    await page.locator('.bottom-left').filter({ hasText: /^1 / }).waitFor()
    // In the middle of its window, and at its lower end.
    await expect.poll(async () => Math.abs((await brightness()) - 127), patience).toBeLessThan(8)
    await page.keyboard.press('End')
    await expect.poll(brightness, patience).toBeLessThan(8)
  })

  test('windows by modality, cine, every layout, private marks, and room at 1024 pixels', { timeout }, async () => {
    const page = await newPage(app)
    await openSeries(page, app())
    const window = page.locator('.bottom-right')
    const presets = page.getByLabel('Window preset')
    expect((await presets.locator('option').allTextContents()).map((text) => text.replace(/ \(.*/u, ''))).toEqual(
      expect.arrayContaining(['As stored', 'Soft tissue', 'Lung', 'Bone', 'Brain', 'Liver']),
    )
    await presets.selectOption({ label: 'Lung (2)' })
    await window.filter({ hasText: 'C -600' }).waitFor()
    await presets.selectOption({ label: 'As stored' })
    await window.filter({ hasText: 'C 40' }).waitFor()

    const position = page.locator('.bottom-left')
    await page.getByRole('button', { name: 'Play' }).click()
    await position.filter({ hasNotText: /^7 / }).waitFor()
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.getByRole('button', { name: 'Play' }).waitFor()

    for (const rows of [1, 2, 3]) {
      for (const columns of [1, 2, 3]) {
        await page.getByLabel('Layout').last().selectOption(`${rows}×${columns}`)
        await expect.poll(async () => await page.locator('.pane').count(), patience).toBe(rows * columns)
      }
    }
    await page.getByLabel('Layout').last().selectOption('1×1')

    // Of modalities whose values mean something else on every scanner there are no presets.
    await page.locator('input[data-pick=more]').setInputFiles([{ name: 'mr.dcm', mimeType: '', buffer: magnetic() }])
    await page.locator('.series li').nth(1).waitFor()
    await page.locator('.series .choose').nth(1).click()
    await drawn(page)
    expect(await presets.locator('option').allTextContents()).toEqual(['Window', 'As stored'])
    await page.keyboard.press('t')
    await page.getByLabel('Search tags').fill('private secret')
    await page.locator('.tags tr[data-private=true]').waitFor()
    expect(await page.locator('.tags tbody tr').count()).toBe(1)
    expect(await page.locator('.tags .badge').textContent()).toBe('private')

    await page.setViewportSize({ width: 1024, height: 700 })
    for (const path of ['', '/worklist', '/shares', '/sign-in']) {
      if (path !== '') await page.goto(`${app().url}${path}`)
      await page.locator('main').waitFor()
      expect([path, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([path, 1024])
      expect([path, await seriousFindings(page)]).toEqual([path, []])
    }
    expect(await page.evaluate('getComputedStyle(document.documentElement).colorScheme')).toBe('dark')
  })
}

/** Two frames of an enhanced CT, of 40 and of -160 HU, which are stored as other numbers each. */
function enhanced(): Buffer {
  const side = 32
  const pixels = Uint16Array.from({ length: 2 * side * side }, (_, at) => (at < side * side ? 1064 : 432))
  const rescale = (slope: number) => [
    0x00289145,
    'SQ',
    {
      items: [
        [
          [0x00281052, 'DS', '-1024'],
          [0x00281053, 'DS', slope],
          [0x00281054, 'LO', 'HU'],
        ],
      ],
    },
  ]
  const windows = [
    0x00289132,
    'SQ',
    {
      items: [
        [
          [0x00281050, 'DS', '40'],
          [0x00281051, 'DS', '400'],
        ],
      ],
    },
  ]
  return writeDicom({
    dataSet: [
      [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.2.1'],
      [0x00080018, 'UI', '1.2.3.5.1'],
      [0x00080060, 'CS', 'CT'],
      [0x0020000d, 'UI', '1.2.3.5.2'],
      [0x0020000e, 'UI', '1.2.3.5.3'],
      [0x00280002, 'US', 1],
      [0x00280004, 'CS', 'MONOCHROME2'],
      [0x00280008, 'IS', 2],
      [0x00280010, 'US', side],
      [0x00280011, 'US', side],
      [0x00280100, 'US', 16],
      [0x00280101, 'US', 16],
      [0x00280102, 'US', 15],
      [0x00280103, 'US', 0],
      [0x52009229, 'SQ', { items: [[windows, rescale(1)]] }],
      [0x52009230, 'SQ', { items: [[], [rescale(2)]] }],
      [0x7fe00010, 'OW', pixels],
    ] as DataSet,
  })
}

/** One slice of an MR, with an attribute that only its maker knows. */
function magnetic(): Buffer {
  const pixels = Uint16Array.from({ length: 32 * 32 }, (_, at) => at)
  return writeDicom({
    dataSet: [
      [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.4'],
      [0x00080018, 'UI', '1.2.3.4.1'],
      [0x00080060, 'CS', 'MR'],
      [0x00090010, 'LO', 'MAKER'],
      [0x00091001, 'LO', 'secret'],
      [0x0020000d, 'UI', '1.2.3.4.2'],
      [0x0020000e, 'UI', '1.2.3.4.3'],
      [0x00280002, 'US', 1],
      [0x00280004, 'CS', 'MONOCHROME2'],
      [0x00280010, 'US', 32],
      [0x00280011, 'US', 32],
      [0x00280100, 'US', 16],
      [0x00280101, 'US', 16],
      [0x00280102, 'US', 15],
      [0x00280103, 'US', 0],
      [0x7fe00010, 'OW', pixels],
    ],
  })
}

async function newPage(app: () => OpenedApp): Promise<Page> {
  return await (await app().newProfile()).newPage()
}

async function choose(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click()
}

type Place = readonly [x: number, y: number]

async function placeOf(page: Page, [x, y]: Place): Promise<readonly [number, number]> {
  const box = await page.locator('.pane .picture').boundingBox()
  if (box === null) throw new TypeError('There is no picture.')
  return [box.x + box.width * x, box.y + box.height * y]
}

async function click(page: Page, at: Place): Promise<void> {
  await page.mouse.move(...(await placeOf(page, at)), { steps: 3 })
  await page.mouse.down()
  await page.mouse.up()
}
