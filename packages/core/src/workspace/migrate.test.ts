import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

import { migrate, migrations } from './migrate.ts'
import { parseWorkspace } from './parse-workspace.ts'
import { workspaceVersion } from './workspace.ts'

const fixture = (version: number) =>
  readFileSync(new URL(`../../model/workspaces/version-${version}.json`, import.meta.url), 'utf8')

test('there is a migration from every version, and a fixture of every version that is read', () => {
  expect(migrations).toHaveLength(workspaceVersion)
  for (let version = 0; version <= workspaceVersion; version += 1) {
    const text = fixture(version)
    expect((JSON.parse(text) as { version: number }).version).toBe(version)
    expect(parseWorkspace(text).version).toBe(workspaceVersion)
  }
})

test('the draft, version 0', () => {
  const draft: unknown = JSON.parse(fixture(0))
  const before = structuredClone(draft)
  expect(parseWorkspace(draft)).toStrictEqual({
    type: 'workspace',
    id: 'w-1',
    version: 1,
    title: 'Draft',
    volumes: [
      {
        id: 'volume-1',
        source: {
          kind: 'dicomweb',
          root: 'https://pacs.example.org/dicom-web',
          study: '1.2.826.0.1.1',
          series: '1.2.826.0.1.1.2',
        },
        window: { center: 40, width: 400 },
        colormap: {
          kind: 'materials',
          name: 'BONES',
          materials: [{ name: 'bone', from: 200, to: 3000, colour: [1, 0.8, 0.2, 128 / 255], colourEnd: '#ffffff' }],
        },
      },
    ],
    geometries: [
      {
        id: 'g-1',
        source: null,
        visible: false,
        material: { colour: [1, 0.5, 0], opacity: 0.25 },
        transform: [2, 0, 0, 1, 0, 2, 0, 2, 0, 0, 2, 3, 0, 0, 0, 1],
      },
    ],
    shapes: [
      {
        id: 's-1',
        kind: 'line',
        points: [
          [1, 2, 3],
          [4, 5, 6],
        ],
        closed: false,
        measurement: { value: 5.2, unit: 'mm' },
        annotation: { visible: true, text: 'T4', measurement: '5.2 mm', position: [7, 8, 9] },
        later: { kept: [1, null] },
      },
    ],
    segmentations: [],
    views: [
      {
        id: 'view-1',
        planes: [{ projection: 'axial', offset: -12.5, opacity: 0.5 }],
        box: { min: [1, 2, 3], max: [10, 20, 30] },
      },
    ],
    tags: { case: '7' },
    later: { kept: true },
  })
  expect(draft).toStrictEqual(before)
})

test('a newer version is refused by name', () => {
  const newer = { ...(JSON.parse(fixture(1)) as object), version: 2 }
  expect(() => parseWorkspace(newer)).toThrow(
    expect.objectContaining({ code: 'unsupported', message: expect.stringContaining('version 2') as string }),
  )
})

test.each([[-1], [0.5], ['1'], [null], [undefined], [2 ** 60]])('a version of %s is none', (version) => {
  expect(() => parseWorkspace({ type: 'workspace', id: 'w', version })).toThrow(
    expect.objectContaining({ code: 'invalid', path: 'version' }),
  )
})

test('migrations follow each other from where a document stands', () => {
  const step = (name: string, version: number) => (document: object) => ({ ...document, [name]: true, version })
  const chain = [step('first', 1), step('second', 2), step('third', 3)]
  expect(migrate({ type: 'workspace', version: 1 }, chain)).toEqual({
    type: 'workspace',
    version: 3,
    second: true,
    third: true,
  })
})
