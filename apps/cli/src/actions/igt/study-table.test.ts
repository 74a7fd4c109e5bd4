import { expect, test } from 'vitest'

import { formatTable, readTable, type Row } from './study-table.ts'

const rows: Row[] = [
  { studyDatabaseId: '1', name: 'say "hi", all', notes: 'two\r\nlines' },
  { studyDatabaseId: '2', name: 'Müller; Köln', notes: '' },
]
const table = formatTable(rows)
const read = (text: string, encoding: BufferEncoding = 'utf8') => readTable(Buffer.from(text, encoding), 'some.csv')

test.each([
  ['as it was written', table],
  ['with a byte order mark', `\uFEFF${table}`],
  ['with the line ends of Unix', table.replaceAll(/(?<!two)\r\n/gu, '\n')],
  ['with the line ends of old Macs', table.replaceAll(/(?<!two)\r\n/gu, '\r')],
])('a table is read %s', (_how, text) => {
  expect(read(text)).toEqual(rows)
})

test.each([
  ['semicolons', 'studyDatabaseId;name\r\n1;a\r\n', 'utf8'],
  ['a line of separators before', `sep=,\r\n${table}`, 'utf8'],
  ['UTF-16', `\uFEFF${table}`, 'utf16le'],
  ['Latin-1', table, 'latin1'],
] as const)(
  'one that a spreadsheet has saved with %s is refused, and not taken for another',
  (_how, text, encoding) => {
    expect(() => read(text, encoding)).toThrow(expect.objectContaining({ code: 'invalid', path: 'some.csv' }))
  },
)

test('none has no rows', () => {
  expect(read('')).toEqual([])
})

test.each(['=1+1', '=cmd|"/c calc"!A1', '+49 30 1', '-', '-1+1', '@SUM(A1)', '\t=1', "'=1", "''-x", '＝1', '-1 =2'])(
  'what a spreadsheet would run is a text in the table, and the same when it is read again: %j',
  (cell) => {
    const row = { studyDatabaseId: '1', [cell]: cell }
    const text = formatTable([row])
    expect(text).not.toMatch(/(?:^|,|\n)"?[=+\-@\t＝]/u)
    expect(read(text)).toEqual([row])
  },
)

test.each(['-1', '+1.5', '-.5e-3', '1-2', "O'Neill", "'", "'quoted'"])(
  'a number, or any other text, stays: %s',
  (cell) => {
    expect(formatTable([{ studyDatabaseId: cell }])).toBe(`studyDatabaseId\r\n${cell}\r\n`)
    expect(read(formatTable([{ studyDatabaseId: cell }]))).toEqual([{ studyDatabaseId: cell }])
  },
)
