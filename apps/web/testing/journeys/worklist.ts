import { expect, test } from 'vitest'

import type { OpenedApp } from '../open-app.ts'

const timeout = 120_000

/** More studies than a page has, on a service that tells them in its own order. */
export function worklistTests(app: () => OpenedApp): void {
  test('a worklist is sorted as a whole, and gone through page by page', { timeout }, async () => {
    const context = await app().newProfile()
    await context.route(/\/studies\?/u, async (route) => {
      const offset = Number(new URL(route.request().url()).searchParams.get('offset') ?? 0)
      const json = offset === 0 ? Array.from({ length: 45 }, (_, at) => study((at * 17) % 45)) : []
      await route.fulfill({ status: 200, contentType: 'application/dicom+json', body: JSON.stringify(json) })
    })
    const page = await context.newPage()
    await page.goto(`${app().url}/worklist`)
    const names = async () => await page.locator('tbody tr td:nth-child(3)').allTextContents()
    const wanted = (from: number, to: number) => {
      const step = from < to ? 1 : -1
      return Array.from({ length: Math.abs(to - from) + 1 }, (_, at) => nameOf(from + at * step))
    }
    await page.getByText('Studies 1–20 of 45').waitFor()
    expect(await names()).toEqual(wanted(44, 25))
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByText('Studies 21–40 of 45').waitFor()
    expect(await names()).toEqual(wanted(24, 5))
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByText('Studies 41–45 of 45').waitFor()
    expect(await names()).toEqual(wanted(4, 0))
    expect(await page.getByRole('button', { name: 'Next' }).isDisabled()).toBe(true)
    await page.getByRole('button', { name: 'Patient' }).click()
    await page.getByText('Studies 1–20 of 45').waitFor()
    expect(await names()).toEqual(wanted(0, 19))
  })

  test(
    'of more studies than one wants, the newest come first, and long texts hide no button',
    { timeout },
    async () => {
      const context = await app().newProfile()
      // Two a day, the oldest first, as many services tell them.
      const all = Array.from({ length: 2500 }, (_, at) => study(at, Math.floor(at / 2), 'X'.repeat(64)))
      await context.route(/\/studies\?/u, async (route) => {
        const asked = new URL(route.request().url()).searchParams
        const [since = '', until = ''] = (asked.get('StudyDate') ?? '').split('-')
        const offset = Number(asked.get('offset') ?? 0)
        const found = all.filter(({ '00080020': { Value } }) => {
          const [day = ''] = Value
          return day >= since && (until === '' || day <= until)
        })
        const json = found.slice(offset, offset + Number(asked.get('limit') ?? 1000))
        await route.fulfill({ status: 200, contentType: 'application/dicom+json', body: JSON.stringify(json) })
      })
      const page = await context.newPage()
      await page.goto(`${app().url}/worklist`)
      await page.getByText('These are the newest 1,000 studies.').waitFor()
      const dates = async () => await page.locator('tbody tr td:nth-child(5)').allTextContents()
      expect((await dates())[0]).toBe(dayOf(1249))
      const opens = page.locator('tbody tr button')
      for (const [width, height] of [
        [1280, 800],
        [390, 800],
      ] as const) {
        await page.setViewportSize({ width, height })
        const box = await opens.first().boundingBox()
        expect((box?.x ?? width) + (box?.width ?? 0)).toBeLessThanOrEqual(width)
      }
      await page.setViewportSize({ width: 1280, height: 800 })
      expect((await page.locator('tbody tr').first().boundingBox())?.height).toBeLessThan(100)
      await page.getByRole('button', { name: 'Patient' }).click()
      // In the order of all of them are the newest alone.
      expect(await page.locator('th[aria-sort=none]').count()).toBe(6)
      await page.getByRole('textbox', { name: 'To' }).fill(dayOf(100))
      await page.getByText('Studies 1–20 of 202').waitFor()
      await page.getByRole('button', { name: 'Date' }).click()
      expect((await dates())[0]).toBe(dayOf(0))
    },
  )
}

/** Days from the first of 2023. */
const dayOf = (number: number) => new Date(Date.UTC(2023, 0, 1 + number)).toISOString().slice(0, 10)

const nameOf = (index: number) => `Name, Synthetic ${String(index).padStart(2, '0')}`

/** A day later each, unless told. */
function study(index: number, day = index, id = '') {
  const text = String(index).padStart(2, '0')
  return {
    '00080020': { vr: 'DA', Value: [dayOf(day).replaceAll('-', '')] },
    ...(id !== '' && { '00100020': { vr: 'LO', Value: [id] } }),
    '00100010': { vr: 'PN', Value: [{ Alphabetic: `Name^Synthetic ${text}` }] },
    '0020000D': { vr: 'UI', Value: [`1.2.3.${index + 1}`] },
    '00201208': { vr: 'IS', Value: [index] },
  }
}
