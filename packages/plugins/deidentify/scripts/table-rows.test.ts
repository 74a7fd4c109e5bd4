import { expect, test } from 'vitest'

import { confidentialityTable } from '../src/table/confidentiality-table.ts'
import { differences, readRows } from './table-rows.ts'

const headings = [
  'Attribute Name',
  'Tag',
  'Retd. (from PS3.6)',
  'In Std. Comp. IOD (from PS3.3)',
  'Basic Prof.',
  'Rtn. Safe Priv. Opt.',
  'Rtn. UIDs Opt.',
  'Rtn. Dev. Id. Opt.',
  'Rtn. Inst. Id. Opt.',
  'Rtn. Pat. Chars. Opt.',
  'Rtn. Long. Full Dates Opt.',
  'Rtn. Long. Modif. Dates Opt.',
  'Clean Desc. Opt.',
  'Clean Struct. Cont. Opt.',
  'Clean Graph. Opt.',
]
const cell = (text: string) =>
  text === '' ? '<td align="center"/>' : `<td align="left"><para xml:id="p">${text}</para></td>`
const row = (...cells: string[]) =>
  `<tr valign="top">${Array.from({ length: 15 }, (_, at) => cell(cells[at] ?? '')).join('')}</tr>`

/** In the form of the standard's own DocBook. */
const xml = `<?xml version="1.0"?><book>
<table xml:id="table_E.1-1a"><tbody>${row('X', 'remove')}</tbody></table>
<table frame="box" label="E.1-1" rules="all" xml:id="table_E.1-1"><caption>Attributes</caption>
<thead><tr>${headings.map((heading) => `<th><para><emphasis>${heading}</emphasis></para></th>`).join('')}</tr></thead>
<tbody>
${row('Accession Number', '(0008,0050)', 'N', 'Y', 'Z')}
${row('Device UID', '(0018,1002)', 'N', 'Y', 'U', '', 'K', 'K')}
${row('Curve Data', '(50xx,xxxx)', 'Y', 'N', 'X', '', '', '', '', '', '', '', '', '', 'C')}
${row('Series Date', '(0008,0021)', 'N', 'Y', 'X/\u200BD', '', '', '', '', '', 'K', 'C')}
${row('Private Attributes', '(gggg,eeee) where gggg is odd', 'N', 'N', 'X', 'C')}
</tbody></table></book>`

const json = [
  { tag: '(0008,0050)', basicProfile: 'Z' },
  { tag: '(0018,1002)', basicProfile: 'U', rtnUIDsOpt: 'K', rtnDevIdOpt: 'K' },
  { tag: '(50XX,XXXX)', basicProfile: 'X', cleanGraphOpt: 'C' },
  { tag: '(0008,0021)', basicProfile: 'X/D', rtnLongFullDatesOpt: 'K', rtnLongModifDatesOpt: 'C' },
  { tag: '(GGGG,EEEE)', basicProfile: 'X' },
]

test('rows are read from the standard, and from listings of it, alike', () => {
  const rows = readRows(xml)
  expect(rows).toEqual([
    { tag: '00080050', rule: 'Z' },
    { tag: '00181002', rule: 'U uK dK' },
    { tag: '50XXXXXX', rule: 'X gC' },
    { tag: '00080021', rule: 'X/D fK mC' },
  ])
  expect(readRows(JSON.stringify(json))).toEqual(rows)
  expect(differences(rows, rows)).toEqual([])
  expect(differences(rows, [...rows.slice(2), { tag: '00080050', rule: 'X' }])).toEqual([
    '00080050: Z here, X there',
    '00181002: U uK dK here, none there',
  ])
})

test('what is no table of the standard is refused', () => {
  expect(() => readRows('<book/>')).toThrow('no Table E.1-1')
  expect(() => readRows(xml.replace('>Z<', '>Q<'))).toThrow('no action Q')
  expect(() => readRows(xml.replace('>C<', '>X<'))).toThrow('No option has an action X')
})

test('the table here says the same of those rows', () => {
  const ours = confidentialityTable().map(({ tag, basic, options }) => ({
    tag,
    rule: [basic, ...[...options].map(([letter, action]) => `${letter}${action}`)].join(' '),
  }))
  const tags = new Set(readRows(xml).map(({ tag }) => tag))
  expect(
    differences(
      ours.filter(({ tag }) => tags.has(tag)),
      readRows(xml),
    ),
  ).toEqual([])
})
