import { attributesOf, parseHeader } from '@gantry/dicom'
import { type DataSet, writeDicom } from '@gantry/testkit/phantom'
import { expect, test } from 'vitest'

import { createDeidentifier } from './deidentifier.ts'
import { deidentified, testKey, textsOf } from './testing/run.ts'
import { deidentifying } from './transform.ts'
import { latin1Of } from './values/latin1.ts'

const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0))
const utf8 = (text: string) => new TextEncoder().encode(text)

/** Names of PS3.5 Annexes H to J, and what of them must not be left: bytes of the name, whichever way it is written. */
const charsets = [
  {
    name: 'ISO_IR 100',
    set: 'ISO_IR 100',
    person: bytes('Buc^J\xE9r\xF4me'),
    within: bytes('Sch\xE4del-CT Buc J\xE9r\xF4me Head'),
    parts: ['Buc', 'J\xE9r', '\xF4me', 'del'],
  },
  {
    name: 'ISO_IR 87',
    set: '\\ISO 2022 IR 87',
    person: bytes('Yamada^Tarou=\x1B$B;3ED\x1B(B^\x1B$BB@O:\x1B(B=\x1B$B$d$^$@\x1B(B^\x1B$B$?$m$&\x1B(B'),
    within: bytes('CT \x1B$B;3ED CT\x1B(B Head\x1B$BB@O:\x1B(B \x1B(JYamada\x1B(B Head'),
    parts: ['Yamada', 'Tarou', ';3ED', 'B@O:', '$d$^$@', 'ED CT', '3'],
  },
  {
    name: 'ISO_IR 149',
    set: '\\ISO 2022 IR 149',
    person: bytes('Hong^Gildong=\x1B$)C\xFB\xF3^\x1B$)C\xD1\xCE\xD4\xD7=\x1B$)C\xC8\xAB^\x1B$)C\xB1\xE6\xB5\xBF'),
    within: bytes('CT \x1B$)C\xFB\xF3\xD1\xCE Head \xB1\xE6CT Head'),
    parts: ['Hong', 'Gildong', '\xFB\xF3', '\xD1\xCE', '\xB1\xE6'],
  },
  {
    name: 'ISO_IR 192',
    set: 'ISO_IR 192',
    person: utf8('Wang^XiaoDong=王^小東'),
    within: utf8('CT 王小東CT Head Wang, Head'),
    parts: ['Wang', 'XiaoDong', latin1Of(utf8('王')), latin1Of(utf8('東'))],
  },
  {
    name: 'GB18030',
    set: 'GB18030',
    // The last character takes four bytes, two of which are figures.
    person: bytes('Wang^XiaoDong=\xCD\xF5^\xD0\xA1\xB6\xAB\x81\x30\x84\x36'),
    within: bytes('CT \xCD\xF5\x81\x30\x84\x36 Head \x81A\x81CT Head'),
    parts: ['Wang', 'XiaoDong', '\xCD\xF5', '\xD0\xA1', '\x81', '6', '0'],
  },
]

function fileOf({ set, person, within }: (typeof charsets)[number]): Uint8Array {
  const people: DataSet = [
    [0x00080090, 'PN', person],
    [0x0008103e, 'LO', within],
    [0x00081030, 'LO', within],
    [0x00081070, 'PN', person],
    [0x00100010, 'PN', person],
    [0x00104000, 'LT', within],
  ]
  const dataSet: DataSet = [
    [0x00080005, 'CS', set],
    [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.2'],
    [0x00080018, 'UI', '1.2.3.4.5'],
    ...people,
    [0x00082218, 'SQ', { items: [people] }],
    [0x0020000d, 'UI', '1.2.3'],
  ]
  return writeDicom({ dataSet })
}

/** All texts but the UIDs, in which figures are, and what says what was done. */
function textOf(file: Uint8Array): string {
  const { elements } = parseHeader(file)
  const told = elements.filter(({ tag, vr }) => vr !== 'UI' && ![0x00120063, 0x00120064].includes(tag))
  return told.map(({ value = new Uint8Array(0) }) => latin1Of(value)).join('\n')
}

test.each(charsets)('nothing of a name in $name is left, and it can be read', async (charset) => {
  const file = fileOf(charset)
  const before = textOf(file)
  const { bytes: made } = await deidentified(file)
  const text = textOf(made)
  const gone = charset.parts.filter((part) => part.length > 1)
  expect(gone.filter((part) => !before.includes(part))).toEqual([])
  expect(gone.filter((part) => text.includes(part))).toEqual([])
  expect(textsOf(made).get(0x00080005)).toBe(charset.set)
  expect(attributesOf(parseHeader(made).elements, ['PatientName'])['PatientName']).toMatch(/^[0-9A-Z]{16}$/u)
})

test.each(charsets)('of a description in $name, words of anatomy and technique are left alone', async (charset) => {
  const { bytes: made } = await deidentified(fileOf(charset), { clean: ['descriptors'] })
  const { elements } = parseHeader(made)
  const expected = charset.name === 'ISO_IR 100' ? 'Head' : charset.name === 'ISO_IR 87' ? 'CT Head' : 'CT Head Head'
  for (const tag of [0x0008103e, 0x00081030]) {
    const { value = new Uint8Array(0) } = elements.find((element) => element.tag === tag) ?? {}
    expect(latin1Of(value).trimEnd()).toBe(expected)
  }
  const text = textOf(made)
  expect(charset.parts.filter((part) => part.length > 1 && text.includes(part))).toEqual([])
  // A layout goes by the same words.
  const transform = deidentifying(createDeidentifier({ key: testKey, clean: ['descriptors'] }))
  const image = {
    studyInstanceUID: '1.2.3',
    seriesInstanceUID: '1.2.3.4',
    sopInstanceUID: '1.2.3.4.5',
    sopClassUID: '1.2',
  }
  const attributes = attributesOf(parseHeader(fileOf(charset)).elements, ['SeriesDescription', 'PatientName'])
  expect(transform.become?.({ path: 'a', image, attributes }).attributes?.['SeriesDescription']).toBe(expected)
})
