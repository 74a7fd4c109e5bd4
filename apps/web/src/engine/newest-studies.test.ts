import { describe, expect, test } from 'vitest'

import type { StudyRow } from './model.ts'
import { dayOf, type Days, newestStudies } from './newest-studies.ts'

const today = '20261129'
const always = { since: '', until: '' }

function study(date: string, uid: string): StudyRow {
  return { uid, date, patient: '', patientId: '', description: '', modalities: '', series: 1, images: 1 }
}

/** Answers the first of what matches, in an order of its own, and one more than anyone wants. */
function service(studies: readonly StudyRow[], most: number) {
  const asked: Days[] = []
  const search = async (days: Days) => {
    asked.push(days)
    const { since, until } = days
    const found = studies.filter(({ date }) => date >= since && (until === '' || date <= until))
    return found.slice(0, most + 1)
  }
  return { asked, search }
}

const daily = (count: number) =>
  Array.from({ length: count }, (_, at) =>
    study(dayOf(Date.UTC(2026, 10, 29) - (count - 1 - at) * 86_400_000), `${at}`),
  )

describe('of more studies than are wanted', () => {
  test('the newest come, though the service tells the oldest first', async () => {
    const { asked, search } = service(daily(3000), 1000)
    const { rows, sure } = await newestStudies(search, always, 1000, today)
    expect(rows).toHaveLength(1000)
    expect([rows[0]?.uid, rows.at(-1)?.uid, sure]).toEqual(['2999', '2000', true])
    expect(asked.length).toBeLessThan(24)
  })

  test('and those of a day that has not come yet', async () => {
    const { search } = service([...daily(30), study('20270101', 'late')], 10)
    expect((await newestStudies(search, always, 10, today)).rows[0]?.uid).toBe('late')
  })

  test('within the days that were asked for', async () => {
    const { asked, search } = service(daily(3000), 100)
    const { rows } = await newestStudies(search, { since: '20240101', until: '20241231' }, 100, today)
    expect([rows[0]?.date, rows.length]).toEqual(['20241231', 100])
    expect(asked.every(({ since, until }) => since >= '20240101' && until <= '20241231')).toBe(true)
  })

  test('old ones alone are found by few searches', async () => {
    const old = Array.from({ length: 50 }, (_, at) => study('19990101', `${at}`))
    const { asked, search } = service([...old, study('20000202', 'newer')], 20)
    const { rows, sure } = await newestStudies(search, always, 20, today)
    expect(rows[0]?.uid).toBe('newer')
    expect(rows).toHaveLength(20)
    // Which of a day they are, nobody knows.
    expect(sure).toBe(false)
    expect(asked.length).toBeLessThanOrEqual(24)
  })
})
