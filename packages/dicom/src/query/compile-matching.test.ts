import type { DicomJson, DicomJsonValue } from '@gantry/core'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { tagOfKeyword, vrOfTag } from '../dictionary/dictionary.ts'
import { compileKeys, compileMatching } from './compile-matching.ts'
import type { MatchingOptions } from './matching-key.ts'

/** A data set of one attribute. */
function dataSet(keyword: string, ...values: readonly DicomJsonValue[]): DicomJson {
  const tag = tagOfKeyword(keyword) ?? 0
  const element = { vr: vrOfTag(tag) ?? 'UN', ...(values.length > 0 && { Value: values }) }
  return { [tag.toString(16).padStart(8, '0').toUpperCase()]: element }
}

function matches(keyword: string, key: string, value: DicomJsonValue, options?: MatchingOptions): boolean {
  return compileMatching({ [keyword]: key }, options)(dataSet(keyword, value))
}

function nameOf(Alphabetic: string, Ideographic?: string, Phonetic?: string): DicomJsonValue {
  return { Alphabetic, ...(Ideographic !== undefined && { Ideographic }), ...(Phonetic !== undefined && { Phonetic }) }
}

describe('names of attributes', () => {
  test.each([
    ['PatientID', ['00100020']],
    ['00100020', ['00100020']],
    ['0020000d', ['0020000D']],
    ['RequestAttributesSequence.RequestedProcedureID', ['00400275', '00401001']],
    ['00400275.ScheduledProcedureStepID', ['00400275', '00400009']],
    ['00091001', ['00091001']],
  ])('%s', (name, path) => {
    expect(compileKeys({ [name]: '' })[0]?.path).toEqual(path)
  })

  test.each(['PatientId', 'patientID', '', '0010002', '0010,0020', 'PatientName.', 'Rows.x'])('%j is none', (name) => {
    expect(() => compileMatching({ [name]: 'x' })).toThrow(
      expect.objectContaining({ code: 'invalid', message: expect.stringContaining(name) as string }) as Error,
    )
  })
})

describe('single values', () => {
  test.each([
    ['PatientID', 'A1', 'A1', true],
    ['PatientID', 'A1', 'a1', false],
    ['PatientID', ' A1 ', 'A1  ', true],
    ['PatientID', 'A1', 'A12', false],
    ['Modality', 'CT', 'CT', true],
    ['Modality', 'CT\\MR', 'MR', true],
    ['Modality', 'CT\\MR', 'US', false],
    ['StudyDescription', 'a.b(c', 'a.b(c', true],
    ['Rows', '512', 512, true],
    ['Rows', '512', 256, false],
    ['InstanceNumber', '007', 7, true],
    ['InstanceNumber', '7', '7 ', true],
    ['SliceThickness', '1.50', 1.5, true],
    ['PatientAge', '034Y', '034Y', true],
    ['StudyDescription', 'x', null, false],
    ['00091001', 'x', 'x', true],
  ] as const)('%s=%s, %j: %s', (keyword, key, value, expected) => {
    const name = /^\d/u.test(keyword) ? keyword : undefined
    const of = name === undefined ? dataSet(keyword, value) : { [name]: { vr: 'LO', Value: [value] } }
    expect(compileMatching({ [keyword]: key })(of)).toBe(expected)
  })

  test('any of several values', () => {
    const of = dataSet('ModalitiesInStudy', 'CT', null, 'SEG')
    expect(['CT', 'SEG', 'MR'].map((key) => compileMatching({ ModalitiesInStudy: key })(of))).toEqual([
      true,
      true,
      false,
    ])
  })

  test('all keys must match', () => {
    const of = { ...dataSet('PatientID', 'A'), ...dataSet('Modality', 'CT') }
    expect(compileMatching({ PatientID: 'A', Modality: 'CT' })(of)).toBe(true)
    expect(compileMatching({ PatientID: 'A', Modality: 'MR' })(of)).toBe(false)
    expect(compileMatching({})(of)).toBe(true)
  })

  test.each(['Rows', 'InstanceNumber'])('%s is a number', (keyword) => {
    for (const key of ['x', '1*', '1?']) expect(() => compileMatching({ [keyword]: key })).toThrow(/number/u)
  })

  test.each(['ReferencedImageSequence', 'PixelData'])('%s is not matched by value', (keyword) => {
    expect(() => compileMatching({ [keyword]: 'Secret^Name' })).toThrow(
      expect.objectContaining({ code: 'invalid', message: expect.not.stringContaining('Secret') as string }) as Error,
    )
  })
})

test('universal keys match whatever is there, and what is not', () => {
  for (const key of ['', '*', '**', ' ']) {
    for (const keyword of ['PatientName', 'StudyDate', 'StudyInstanceUID', 'Rows', 'ReferencedImageSequence']) {
      const match = compileMatching({ [keyword]: key })
      expect([match({}), match(dataSet(keyword)), match(dataSet(keyword, 'x'))]).toEqual([true, true, true])
    }
  }
})

test('what is not there, or empty, matches nothing else', () => {
  for (const [keyword, key] of [
    ['PatientName', 'A*'],
    ['StudyDate', '-20240101'],
    ['StudyInstanceUID', '1.2'],
  ] as const) {
    const match = compileMatching({ [keyword]: key })
    expect([match({}), match(dataSet(keyword)), match(dataSet(keyword, null))]).toEqual([false, false, false])
  }
  const [key] = compileKeys({ PatientName: 'A' })
  expect([key?.told({}), key?.told(dataSet('PatientName'))]).toEqual([false, true])
})

test('a key named like what every object has is not taken for one', () => {
  expect(() => compileMatching({ constructor: 'x' })).toThrow(/no DICOM attribute/u)
})

describe('lists of UIDs', () => {
  test.each(['1.2,1.3', '1.2\\1.3', ' 1.2 , 1.3 ', '1.2'])('%j', (key) => {
    expect(matches('StudyInstanceUID', key, '1.2')).toBe(true)
    expect(matches('StudyInstanceUID', key, '1.3')).toBe(key !== '1.2')
    expect(matches('StudyInstanceUID', key, '1.23')).toBe(false)
  })

  test('are told from single ones', () => {
    const kinds = ['1.2', '1.2,1.3', ''].map((value) => compileKeys({ StudyInstanceUID: value })[0]?.kind)
    expect(kinds).toEqual(['single', 'uids', 'universal'])
  })

  test('wildcards are none in UIDs', () => {
    expect(matches('StudyInstanceUID', '1.*', '1.2')).toBe(false)
  })
})

describe('wildcards', () => {
  test.each([
    ['A*', 'A', true],
    ['A*', 'ABC', true],
    ['A*', 'BA', false],
    ['*C', 'ABC', true],
    ['A?C', 'ABC', true],
    ['A?C', 'AC', false],
    ['A?', 'A\u{20BB7}', true],
    ['*b*d*', 'abcde', true],
    ['*b*d', 'abcde', false],
    ['a*a', 'a', false],
    ['[A]*', 'A', false],
    ['.*', 'A', false],
  ])('%s, %s: %s', (key, value, expected) => {
    expect(matches('PatientID', key, value)).toBe(expected)
  })

  test('behave as regular expressions do', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 })
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', '?'), minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(pattern, text, (key, value) => {
        const source = key
          .replaceAll('.', String.raw`\.`)
          .replaceAll('*', '.*')
          .replaceAll('?', '.')
        expect(matches('PatientID', key, value)).toBe(/^\*+$/u.test(key) || new RegExp(`^${source}$`, 'su').test(value))
      }),
    )
  })

  test('take no time that grows beyond all bounds', () => {
    expect(matches('PatientComments', '*a'.repeat(200), `${'a'.repeat(5000)}b`)).toBe(false)
  })
})

describe('sequences', () => {
  const items = [{ ...dataSet('ScheduledProcedureStepID', 'S1') }, { ...dataSet('RequestedProcedureID', 'R2') }]
  const of: DicomJson = { '00400275': { vr: 'SQ', Value: items } }

  test.each([
    ['RequestAttributesSequence.ScheduledProcedureStepID', 'S1', true],
    ['RequestAttributesSequence.RequestedProcedureID', 'R?', true],
    ['RequestAttributesSequence.RequestedProcedureID', 'S1', false],
    ['00400275.00401001', 'R2', true],
    ['RequestAttributesSequence.PatientID', 'R2', false],
  ])('%s=%s: %s', (name, key, expected) => {
    expect(compileMatching({ [name]: key })(of)).toBe(expected)
  })
})

describe('person names', () => {
  test.each([
    ['MÜLLER^JÖRG', true],
    ['muller^jorg', true],
    ['mu*', true],
    ['müll?r^*', true],
    ['Müller', false],
    ['Müller^Jörg^^', true],
    ['日本^太郎', true],
    ['にほん^*', true],
    ['Müller^Jörg=日本^太郎', true],
    ['Müller*=東京^太郎', false],
    ['=日本*', true],
    ['Meier^*\\Muller^*', true],
    ['か*', false],
  ])('%s: %s', (key, expected) => {
    const name = nameOf('Müller^Jörg', '日本^太郎', 'にほん^たろう')
    expect(matches('PatientName', key, name)).toBe(expected)
  })

  test('that came as plain text', () => {
    expect(matches('PatientName', 'doe^j*', 'Doe^Jane=X')).toBe(true)
  })

  test('decomposed accents are the same, those of kana are not', () => {
    expect(matches('PatientName', 'Mu\u0308ller', nameOf('Müller'))).toBe(true)
    expect(matches('PatientName', 'か', nameOf('が'))).toBe(false)
  })
})

describe('fuzzy', () => {
  test.each([
    ['jo mu', true],
    ['Müll', true],
    ['jorg^muller', true],
    ['日', true],
    ['mu x', false],
    ['uller', false],
    ['jö*', true],
  ])('%s: %s', (key, expected) => {
    expect(matches('PatientName', key, nameOf('Müller^Jörg', '日本^太郎'), { fuzzy: true })).toBe(expected)
  })

  test('concerns names alone', () => {
    expect(matches('PatientID', 'A', 'ABC', { fuzzy: true })).toBe(false)
  })
})
