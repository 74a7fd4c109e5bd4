import { readFileSync } from 'node:fs'

import { describe, expect, test } from 'vitest'

import { serializeWorkspace } from '../serialize-workspace.ts'
import { parseWorkspace } from '../parse-workspace.ts'
import { importSethealth } from './import-sethealth.ts'

const text = readFileSync(new URL('../../../model/workspaces/sethealth.json', import.meta.url), 'utf8')
const envelope = JSON.parse(text) as { workspaces: { id: string }[] }
const imported = importSethealth(text)
const [a, b, c] = imported.workspaces

test('secrets are told apart, and are nowhere in the workspaces', () => {
  expect(imported.sources).toEqual([
    {
      workspace: 'a',
      of: 'volume',
      id: 'volume-1',
      secret: 'sethealth://med-v1/me-1_c2VjcmV0IG9mIHRoZSB2b2x1bWU=',
    },
    { workspace: 'a', of: 'geometry', id: 'g', secret: 'sethealth://geo-v1/ge-1_c2VjcmV0IG9mIHRoZSBnZW9tZXRyeQ==' },
    { workspace: 'a', of: 'geometry-usdz', id: 'g', secret: 'https://usdz.example.org/g.usdz?token=c2VjcmV0' },
  ])
  expect(JSON.stringify(imported.workspaces)).not.toMatch(/c2VjcmV0|sethealth:\/\//u)
})

test('what was imported is written and read', () => {
  for (const workspace of imported.workspaces) {
    expect(parseWorkspace(serializeWorkspace(workspace))).toStrictEqual(workspace)
  }
})

describe('a volume', () => {
  test('has the window, and each kind of colormap', () => {
    expect(a?.volumes).toEqual([
      {
        id: 'volume-1',
        source: null,
        window: { center: -600, width: 1500 },
        colormap: {
          kind: 'bitmap',
          name: 'TORAX',
          url: '/maps/torax.png',
          colour: 'rgba(0, 0, 0, 0)',
          colourEnd: [1, 1, 1, 1],
        },
      },
    ])
    expect(b?.volumes[0]?.colormap).toEqual({
      kind: 'linear',
      name: 'GREYSCALE',
      colour: [0, 0, 0],
      colourEnd: [1, 1, 1],
    })
    expect(b?.volumes[0]).not.toHaveProperty('window')
    expect(c?.volumes[0]?.colormap).toEqual({
      kind: 'materials',
      name: 'BONES',
      materials: [
        { name: 'bone', from: 200, to: 3000, colour: [0.9, 0.8, 0.7, 0.5], colourEnd: '#fff', disabled: true },
      ],
    })
  })
})

test('shapes of each kind, with their annotations', () => {
  expect(a?.shapes).toEqual([
    { id: 'p', kind: 'point', points: [[1, 2, 3]], annotation: { visible: false } },
    {
      id: 'l',
      kind: 'line',
      points: [
        [0, 0, 0],
        [3, 4, 0],
      ],
      closed: false,
      measurement: { value: 5, unit: 'mm' },
      annotation: { visible: true, text: 'T4', measurement: '5 mm', position: [3, 4, 0] },
    },
    {
      id: 'q',
      kind: 'path',
      points: [],
      closed: true,
      smooth: true,
      annotation: { visible: true, measurement: '1,5 mm' },
    },
    {
      id: 's',
      kind: 'surface',
      points: [[1, 1, 1]],
      closed: true,
      annotation: { visible: true, sethealth: { position: { x: 1, y: 1 } } },
    },
    { id: 'b', kind: 'brush', points: [[9, 9, 9]], sethealth: { radius: 4 } },
  ])
})

test('a geometry, whose place becomes a matrix and is kept as it was', () => {
  const [geometry] = a?.geometries ?? []
  expect(geometry).toMatchObject({
    id: 'g',
    name: 'Rib',
    source: null,
    visible: true,
    material: {
      colour: [1, 0, 0],
      emissive: '#000000',
      roughness: 0.5,
      metalness: 0.1,
      wireframe: false,
      opacity: 0.5,
    },
    tags: { side: 'left' },
    sethealth: { position: { x: 10, y: 20, z: 30 }, rotation: { x: 0, y: 0, z: Math.PI / 2 }, scale: 2 },
  })
  const rounded = geometry?.transform?.map((value) => Math.round(value * 1e9) / 1e9 + 0)
  expect(rounded).toEqual([0, -2, 0, 10, 2, 0, 0, 20, 0, 0, 2, 30, 0, 0, 0, 1])
})

test('planes and box, and the panes of the pages that show the workspace', () => {
  expect(a?.views).toEqual([
    {
      id: 'view-1',
      planes: [
        { projection: 'axial', offset: 10 },
        { projection: 'sagittal', offset: -4.5, opacity: 0.5 },
        { projection: 'coronal', offset: 0 },
        { projection: 'default', offset: 1 },
      ],
      box: { min: [-1, -2, -3], max: [1, 2, 3] },
    },
    {
      id: '1.1/page',
      name: 'Thorax',
      layout: { type: 'slices', page: 'page', projection: 'axial' },
      camera: { zoom: 2, pan: [0.25, 0] },
      volumes: ['volume-1'],
      sethealth: { background: '#000000' },
    },
    { id: '1.4/page', name: 'Thorax', layout: { type: 'empty', page: 'page' }, volumes: ['volume-1'] },
  ])
  expect(b?.views.slice(1)).toEqual([
    {
      id: '1.2/page',
      name: 'Thorax',
      layout: { type: 'volumetric', page: 'page' },
      camera: { position: [0, -500, 0], zoom: 1 },
      colormap: { kind: 'linear', name: 'INVERT', colour: 'white', colourEnd: 'black' },
      volumes: ['volume-1'],
      sethealth: { cameraTarget: 'center', shader: 'shadows' },
    },
    c?.views[0],
  ])
  expect(c?.views[0]?.camera).toEqual({ projection: 'perspective', target: [1, 2, 3] })
})

test('tags, and what is not known, stay', () => {
  expect(a?.tags).toEqual({ case: '7' })
  expect(a?.['sethealth']).toEqual({ version: 12, slicesAction: 'zoom', loader: { hint: 1 } })
})

test('a workspace alone, or a list of them, is read as well', () => {
  expect(importSethealth(envelope.workspaces[1]).workspaces[0]?.id).toBe('b')
  expect(importSethealth(JSON.stringify(envelope.workspaces)).workspaces.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
})

test('ids that are missing or taken are made up', () => {
  const shape = { type: 'point', points: [{ x: 0, y: 0, z: 0 }] }
  const { workspaces } = importSethealth({
    type: 'workspace',
    id: 'w',
    version: 1,
    shapes: [{ ...shape, id: 'shape-2' }, shape, { ...shape, id: 'shape-2' }],
  })
  expect(workspaces[0]?.shapes.map(({ id }) => id)).toEqual(['shape-2', "shape-2'", 'shape-3'])
  expect(workspaces[0]).toMatchObject({ volumes: [], geometries: [], views: [], tags: {} })
})

describe('refused, with the field named, is', () => {
  const workspace = { type: 'workspace', id: 'w', version: 1 }
  test.each<[string, unknown, string]>([
    ['another envelope', { version: 4, workspaces: [] }, 'version'],
    ['workspaces that are no list', { version: 3, workspaces: {} }, 'workspaces'],
    ['views that are no list', { version: 3, workspaces: [], views: {} }, 'views'],
    ['a page that is none', { version: 3, workspaces: [], views: [1] }, 'views[0]'],
    ['a pane that is none', { version: 3, workspaces: [], views: [{ components: [1] }] }, 'views[0].components[0]'],
    ['what is no workspace', { version: 3, workspaces: [{}] }, 'workspaces[0]'],
    ['an id that is none', [{ ...workspace, id: 1 }], '[0].id'],
    ['a source with headers', { ...workspace, medSource: { input: 'x', headers: {} } }, 'medSource'],
    ['an unknown shape', [{ ...workspace, shapes: [{ type: 'blob', points: [] }] }], '[0].shapes[0].kind'],
    ['a point that is none', { ...workspace, shapes: [{ type: 'path', points: [{ x: 1 }] }] }, 'shapes[0].points[0]'],
    ['a place that is none', { ...workspace, geometries: [{ position: 1 }] }, 'geometries[0].transform'],
  ])('%s', (_what, json, path) => {
    expect(() => importSethealth(json)).toThrow(expect.objectContaining({ code: 'invalid', path }))
  })
})
