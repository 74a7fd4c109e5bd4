import { describe, expect, test } from 'vitest'

import type { Item, Whose } from '../engine/model.ts'
import { byPatient, firstChosen, patientsAmong } from './by-patient.ts'

function item(id: string, whose?: Partial<Whose>): Item {
  const said = { patient: '', patientId: '', study: '1.2', date: '', description: '', ...whose }
  return { kind: 'volume', id, name: id, format: 'dicom', files: [], bytes: 1, ...(whose && { whose: said }) }
}

const jane = { patient: 'Doe, Jane', patientId: '1' }
const john = { patient: 'Doe, John', patientId: '2' }

describe('series are told apart by patient and study', () => {
  test('in the order in which they were opened, what is of nobody last', () => {
    const items = [
      item('mesh'),
      item('a', { ...jane, study: '1.2.1', date: '20240102', description: 'Chest' }),
      item('b', { ...john, study: '1.2.2' }),
      item('c', { ...jane, study: '1.2.3' }),
      item('d', { ...jane, study: '1.2.1' }),
    ]
    const groups = byPatient(items).map(({ patient, studies }) => [
      patient,
      ...studies.map(({ items: of }) => of.map(({ id }) => id).join()),
    ])
    expect(groups).toEqual([
      ['Doe, Jane', 'a,d', 'c'],
      ['Doe, John', 'b'],
      [undefined, 'mesh'],
    ])
    expect(byPatient(items)[0]?.studies[0]).toMatchObject({ date: '20240102', description: 'Chest' })
  })

  test('what nobody has looked at yet is not of somebody without a name', () => {
    expect(byPatient([item('a', { study: '1.1' })])[0]?.patient).toBe('')
    expect(byPatient([item('a')])[0]).not.toHaveProperty('patient')
  })

  test('one name with two IDs is two patients, and so are two studies that name nobody', () => {
    expect(patientsAmong([item('a', jane), item('b', { ...jane, patientId: '3' })])).toBe(2)
    expect(patientsAmong([item('a', { study: '1.1' }), item('b', { study: '1.2' }), item('c', { study: '1.1' })])).toBe(
      2,
    )
  })
})

describe('at first, chosen for a share', () => {
  test('is everything of one patient', () => {
    expect([...firstChosen([item('a', jane), item('b', jane), item('mesh')], undefined)]).toEqual(['a', 'b', 'mesh'])
  })

  test('is nothing of another patient than the one who is looked at', () => {
    const items = [item('a', jane), item('b', john), item('c', jane), item('mesh')]
    expect([...firstChosen(items, items[2])]).toEqual(['a', 'c'])
    expect([...firstChosen(items, items[3])]).toEqual(['mesh'])
    expect([...firstChosen(items, undefined)]).toEqual([])
  })
})
