import { expect, test } from 'vitest'

import type { Item } from '../engine/model.ts'
import { activeItem, type Desk, deskReducer, emptyDesk, gridOf, panesOf } from './desk.ts'

function item(id: string, kind: Item['kind'] = 'volume'): Item {
  return { kind, id, name: id, format: kind === 'volume' ? 'dicom' : 'stl', files: [], bytes: 1 }
}

function open(desk: Desk, ...items: Item[]): Desk {
  return deskReducer(desk, { type: 'opened', opened: { items, problems: [], others: 0 } })
}

test('the first volume fills the only pane; more wait until there are panes for them', () => {
  const desk = open(emptyDesk, item('a'), item('b'), item('c'))
  expect(desk.cells).toEqual(['a'])
  const wide = deskReducer(desk, { type: 'laidOut', rows: 2, columns: 2 })
  expect(wide.cells).toEqual(['a', 'b', 'c', undefined])
  expect(gridOf(wide)).toEqual({ rows: 2, columns: 2 })
  expect(deskReducer(wide, { type: 'laidOut', rows: 1, columns: 2 }).cells).toEqual(['a', 'b'])
})

test('a series that is chosen goes to the active pane, a mesh to none', () => {
  const desk = deskReducer(open(emptyDesk, item('a'), item('b'), item('m', 'mesh')), {
    type: 'laidOut',
    rows: 1,
    columns: 2,
  })
  const active = deskReducer(desk, { type: 'activated', pane: 1 })
  expect(deskReducer(active, { type: 'chosen', id: 'a' }).cells).toEqual(['a', 'a'])
  expect(deskReducer(active, { type: 'chosen', id: 'm' })).toBe(active)
  expect(activeItem(active)?.id).toBe('b')
})

test('MPR has three planes and the volume, with meshes in it', () => {
  const desk = deskReducer(open(emptyDesk, item('a'), item('m', 'mesh')), { type: 'moded', mode: 'mpr' })
  expect(panesOf(desk).map(({ kind, item: of, meshes }) => [kind, of?.id, meshes.length])).toEqual([
    ['axial', 'a', 0],
    ['sagittal', 'a', 0],
    ['coronal', 'a', 0],
    ['volume', 'a', 1],
  ])
})

test('a mesh alone is shown as what it is', () => {
  const desk = open(emptyDesk, item('m', 'mesh'))
  expect(panesOf(desk)).toMatchObject([{ kind: 'volume', item: undefined, meshes: [{ id: 'm' }] }])
})

test('what is closed leaves its pane, to be filled by what waits; the last one leaves an empty desk', () => {
  const desk = open(emptyDesk, item('a'), item('b'))
  const closed = deskReducer(desk, { type: 'closed', id: 'a' })
  expect(closed.cells).toEqual(['b'])
  expect(deskReducer(closed, { type: 'closed', id: 'b' })).toEqual(emptyDesk)
})

test('a share stays one only while nothing else is opened beside it', () => {
  const share = deskReducer(emptyDesk, {
    type: 'opened',
    opened: { items: [item('a')], problems: [], others: 0 },
    title: 'Case',
    share: true,
  })
  expect(share).toMatchObject({ share: true, title: 'Case' })
  expect(open(emptyDesk, item('a')).share).toBe(false)
})

test('what is open already is shown once, unless it is another copy, or more of it', () => {
  const series = (id: string, instances: readonly string[], size = 1): Item => ({
    ...item(id),
    name: 'Axial',
    files: instances.map((sopInstanceUID) => ({ name: id, size, image: { sopInstanceUID } as never })),
  })
  const desk = open(emptyDesk, series('a', ['1', '2', '3']), item('m', 'mesh'))
  const again = open(desk, series('b', ['2', '3']), series('c', ['1', '2', '3']))
  expect(again.items).toEqual(desk.items)
  expect(again.again).toEqual(['b', 'c'])
  expect(deskReducer(again, { type: 'dismissed' })).toEqual(desk)
  const changed = { ...series('u', ['1']), modality: 'US' }
  const others = [series('d', ['3', '4']), series('e', ['1', '2', '3'], 2), changed, item('n', 'mesh')]
  expect(open(desk, ...others)).toMatchObject({ items: [...desk.items, ...others], again: [] })
  // The other stacks of a file are of the same instance.
  const stack = { ...series('f', ['1']), frames: [1, 2] }
  expect(open(open(emptyDesk, stack), { ...stack, id: 'g', frames: [3, 4] }).items.length).toBe(2)
  // Of what stands for a series, nothing is told until that has come.
  expect(open(desk, { ...series('h', ['2']), expected: 3 })).toEqual(desk)
})
