import { readFileSync } from 'node:fs'

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { propertyParameters } from '../../model/property-parameters.ts'
import { arbitraryWorkspace } from '../../model/workspaces/arbitrary-workspace.ts'
import { isGantryError } from '../errors/gantry-error.ts'
import { flawOfJson } from './check-json.ts'
import { parseBoundedJson } from './parse-bounded-json.ts'
import { parseWorkspace } from './parse-workspace.ts'
import { scanJson } from './scan-json.ts'
import { serializeWorkspace } from './serialize-workspace.ts'
import { importSethealth } from './sethealth/import-sethealth.ts'

const fixture = (name: string) => readFileSync(new URL(`../../model/workspaces/${name}.json`, import.meta.url), 'utf8')

test('any workspace survives serialize, JSON and parse unchanged, unknown fields included', () => {
  fc.assert(
    fc.property(arbitraryWorkspace, (workspace) => {
      const text = serializeWorkspace(workspace)
      expect(parseWorkspace(text)).toStrictEqual(workspace)
      expect(parseWorkspace(JSON.parse(text))).toStrictEqual(workspace)
      expect(serializeWorkspace(parseWorkspace(text))).toBe(text)
    }),
    propertyParameters(300),
  )
})

const wrongValues = fc.oneof(
  fc.constantFrom('', '0', '-1', '1e999', '1.5', 'null', 'true', '[]', '{}', '"\\ud800"', '"a"', '[[1,2,3]]'),
  fc.constantFrom('{"__proto__":{"polluted":1}}', '{"constructor":{"prototype":{"polluted":1}}}', '[{"__proto__":[]}]'),
  fc.constantFrom('"sethealth://x_y"', '"https://u:p@h/"', '-', '{"kind":"entries"}', '{"kind":"dicomweb","root":"a"}'),
  fc.json(),
)

/** Text with some of its values replaced, now and then a key or a bracket. */
function mutate(text: string, changes: readonly (readonly [at: number, value: string])[]): string {
  return changes.reduce((before, [at, value]) => {
    const pattern =
      at % 8 === 0 ? /"(?:[^"\\]|\\.)*"|[{}[\],:]/gu : /(?:"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|\w+)(?=[,\]}\s])/gu
    const found = [...before.matchAll(pattern)]
    const token = found[at % Math.max(found.length, 1)]
    if (token === undefined) return value
    return before.slice(0, token.index) + value + before.slice(token.index + token[0].length)
  }, text)
}

function outcomeOf(read: () => unknown): string {
  try {
    read()
    return 'read'
  } catch (error) {
    return isGantryError(error) ? error.code : `not a GantryError: ${String(error)}`
  }
}

const changes = fc.array(fc.tuple(fc.nat(), wrongValues), { minLength: 1, maxLength: 3 })

describe('any mutated JSON gives a workspace or a coded error, and pollutes nothing', () => {
  const written = arbitraryWorkspace.map((workspace) => JSON.stringify(workspace))
  test.each<[string, (json: unknown) => unknown, fc.Arbitrary<string>]>([
    ['parseWorkspace', parseWorkspace, fc.oneof(written, fc.constant(fixture('version-0')))],
    ['importSethealth', importSethealth, fc.constant(fixture('sethealth'))],
  ])('%s', (_name, read, whole) => {
    const outcomes = { read: 0, refused: 0 }
    const property = fc.property(whole, changes, (before, edits) => {
      const text = mutate(before, edits)
      const outcome = outcomeOf(() => read(text))
      expect(['read', 'invalid', 'unsupported']).toContain(outcome)
      outcomes[outcome === 'read' ? 'read' : 'refused'] += 1
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
      expect(Object.keys(Object.prototype)).toEqual([])
    })
    fc.assert(property, propertyParameters())
    // Both ways are gone often enough to mean something.
    expect(Math.min(outcomes.read, outcomes.refused)).toBeGreaterThan(10)
  })
})

test('what a scan calls plain, a look at every value finds nothing wrong with', () => {
  let plain = 0
  // Of numbers that people write: any double at all mostly has an exponent.
  const whole = fixture('version-1')
  const property = fc.property(changes, (edits) => {
    const text = mutate(whole, edits)
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch {
      return
    }
    const scan = scanJson(text)
    if (!scan.plain) return
    plain += 1
    expect(flawOfJson(value)).toBeUndefined()
    expect(parseBoundedJson(text)).toStrictEqual(value)
  })
  fc.assert(property, propertyParameters())
  expect(plain).toBeGreaterThan(10)
})
