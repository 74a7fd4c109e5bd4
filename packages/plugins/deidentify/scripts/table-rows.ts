/** A row of PS3.15 Table E.1-1: what the basic profile does, and what options do, by their letters here. */
export interface TableRow {
  /** Eight digits in upper case; `X` stands for any. */
  readonly tag: string
  /** `X/Z dK tC`: as a line of `src/table/table.ts` begins. */
  readonly rule: string
}

/** Of each column of options: its letter, how its heading is known, and what JSON calls it. */
const columns: readonly (readonly [letter: string, heading: RegExp, key: string])[] = [
  ['u', /UID/u, 'rtnUIDsOpt'],
  ['d', /Dev/u, 'rtnDevIdOpt'],
  ['i', /Inst/u, 'rtnInstIdOpt'],
  ['p', /Pat/u, 'rtnPatCharsOpt'],
  ['f', /Full/u, 'rtnLongFullDatesOpt'],
  ['m', /Modif/u, 'rtnLongModifDatesOpt'],
  ['t', /Desc/u, 'cleanDescOpt'],
  ['s', /Struct/u, 'cleanStructContOpt'],
  ['g', /Graph/u, 'cleanGraphOpt'],
]

/** From the standard itself (DocBook, `part15.xml`), or a JSON listing of its rows. */
export function readRows(text: string): TableRow[] {
  return text.trimStart().startsWith('<') ? fromStandard(text) : fromJson(text)
}

function fromJson(text: string): TableRow[] {
  const rows = JSON.parse(text) as readonly { readonly [key: string]: string | undefined }[]
  return rows.flatMap((row) => {
    const tag = tagOf(row['tag'] ?? '')
    if (tag === undefined) return []
    return { tag, rule: ruleOf(row['basicProfile'] ?? '', (_letter, _heading, key) => row[key]) }
  })
}

function fromStandard(xml: string): TableRow[] {
  const [, table = ''] = /<table\b[^>]*\bxml:id="table_E\.1-1"[^>]*>(.*?)<\/table>/su.exec(xml) ?? []
  const rows = [...table.matchAll(/<tr\b[^>]*>(.*?)<\/tr>/gsu)].map(([, row = '']) => cellsOf(row))
  const headings = rows[0] ?? []
  const [tagAt, basicAt] = [headings.indexOf('Tag'), headings.findIndex((heading) => heading.startsWith('Basic'))]
  if (tagAt < 0 || basicAt < 0)
    throw new Error('There is no Table E.1-1 with a column of tags and one of the basic profile.')
  return rows.slice(1).flatMap((cells) => {
    const tag = tagOf(cells[tagAt] ?? '')
    if (tag === undefined) return []
    const option = (_letter: string, known: RegExp) =>
      cells[headings.findIndex((heading) => heading.includes('Opt') && known.test(heading))]
    return { tag, rule: ruleOf(cells[basicAt] ?? '', option) }
  })
}

function cellsOf(row: string): string[] {
  const cells = row.matchAll(/<t[hd]\b[^>]*?(?:\/>|>(.*?)<\/t[hd]>)/gsu)
  return [...cells].map(([, cell = '']) => {
    const text = cell.replaceAll(/<[^>]*>/gu, ' ').replaceAll('&amp;', '&')
    // Zero-width spaces let long words break.
    return text.replaceAll('\u200B', '').replaceAll(/\s+/gu, ' ').trim()
  })
}

/** `(0010,0010)`, `(50XX,XXXX)`; all private attributes are one row, which is no rule for any one of them. */
function tagOf(text: string): string | undefined {
  const [, group, element] = /^\(([0-9a-fx]{4}),([0-9a-fx]{4})\)$/iu.exec(text) ?? []
  return group === undefined || element === undefined ? undefined : `${group}${element}`.toUpperCase()
}

function ruleOf(basic: string, option: (letter: string, heading: RegExp, key: string) => string | undefined): string {
  if (!/^[DZXUK](\/[DZXU]){0,2}\*?$/u.test(basic)) throw new Error(`The basic profile has no action ${basic}.`)
  const options = columns.flatMap(([letter, heading, key]) => {
    const action = option(letter, heading, key) ?? ''
    if (!/^[KC]?$/u.test(action)) throw new Error(`No option has an action ${action}.`)
    return action === '' ? [] : [`${letter}${action}`]
  })
  return [basic, ...options].join(' ')
}

/** What is in one and not in the other, or otherwise. */
export function differences(ours: readonly TableRow[], theirs: readonly TableRow[]): string[] {
  const known = new Map(ours.map(({ tag, rule }) => [tag, rule]))
  const found = new Map(theirs.map(({ tag, rule }) => [tag, rule]))
  return [...new Set([...known.keys(), ...found.keys()])].toSorted().flatMap((tag) => {
    const [mine = 'none', other = 'none'] = [known.get(tag), found.get(tag)]
    return mine === other ? [] : `${tag}: ${mine} here, ${other} there`
  })
}
