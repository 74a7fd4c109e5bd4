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
}

const nameOf = (index: number) => `Name, Synthetic ${String(index).padStart(2, '0')}`

function study(index: number): object {
  const text = String(index).padStart(2, '0')
  return {
    // A day later each.
    '00080020': {
      vr: 'DA',
      Value: [new Date(Date.UTC(2026, 0, 1 + index)).toISOString().slice(0, 10).replaceAll('-', '')],
    },
    '00100010': { vr: 'PN', Value: [{ Alphabetic: `Name^Synthetic ${text}` }] },
    '0020000D': { vr: 'UI', Value: [`1.2.3.${index + 1}`] },
    '00201208': { vr: 'IS', Value: [index] },
  }
}
