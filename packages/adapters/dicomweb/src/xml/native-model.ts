import { unescapeXml } from '@gantry/http'

/** An element as the DICOM JSON model has it: texts, or items of a sequence. */
interface Element {
  readonly Value: readonly unknown[]
}

export type NativeModel = { readonly [tag: string]: Element }

interface Open {
  readonly name: string
  /** Of a `DicomAttribute`. */
  readonly tag: string | undefined
  /** Elements of the model, or of an item. */
  readonly elements: Record<string, Element>
  readonly values: unknown[]
  text: string
}

/** Sequences in sequences: an answer about instances has two levels. */
const deepest = 64

/**
 * The Native DICOM Model (PS3.19 A.1) in the shape of the DICOM JSON model, as far as its elements are texts and sequences.
 * `undefined` for what is none, or is not all there: half an answer must not pass for a whole one. Declarations of entities,
 * which no service needs, are refused.
 */
export function parseNativeModel(xml: string): NativeModel | undefined {
  const open: Open[] = []
  let model: NativeModel | undefined
  for (let at = 0; ;) {
    const start = xml.indexOf('<', at)
    const text = xml.slice(at, start < 0 ? undefined : start)
    const inner = open.at(-1)
    if (inner !== undefined) inner.text += text
    else if (text.trim() !== '') return undefined
    if (start < 0) return inner === undefined ? model : undefined
    const aside = asides.find(([begin]) => xml.startsWith(begin, start))
    const [begin, mark] = aside ?? ['<', '>']
    const end = xml.indexOf(mark, start + begin.length)
    if (end < 0) return undefined
    at = end + mark.length
    if (aside !== undefined) continue
    const tag = tagOf(xml.slice(start + 1, end))
    if (tag === undefined) return undefined
    if (tag.kind !== 'end') {
      if (model !== undefined || open.length === deepest) return undefined
      open.push({ name: tag.name, tag: tag.tag, elements: {}, values: [], text: '' })
    }
    if (tag.kind === 'begin') continue
    const ended = open.pop()
    if (ended?.name !== tag.name) return undefined
    const around = open.at(-1)
    if (around !== undefined) {
      if (!take(around, ended)) return undefined
    } else if (ended.name === 'NativeDicomModel') model = ended.elements
    else return undefined
  }
}

/** Comments and declarations. */
const asides: readonly (readonly [begin: string, end: string])[] = [
  ['<!--', '-->'],
  ['<?', '?>'],
]

interface Tag {
  readonly kind: 'begin' | 'end' | 'empty'
  /** Without the prefix of its namespace. */
  readonly name: string
  readonly tag: string | undefined
}

function tagOf(inner: string): Tag | undefined {
  const [, slash, name, rest = ''] = /^(\/?)(?:[\w.-]+:)?([A-Za-z][\w.-]*)(?=[\s/]|$)([^]*)$/u.exec(inner) ?? []
  if (name === undefined) return undefined
  if (slash === '/') return { kind: 'end', name, tag: undefined }
  const [, , tag] = /\stag\s*=\s*(["'])([0-9A-Fa-f]{8})\1/u.exec(rest) ?? []
  return { kind: rest.endsWith('/') ? 'empty' : 'begin', name, tag: tag?.toUpperCase() }
}

/** Puts what has ended where it belongs; `false` where it says twice what an element is. */
function take(around: Open, { name, tag, elements, values, text }: Open): boolean {
  if (name === 'Value') around.values.push(unescapeXml(text))
  else if (name === 'Item') around.values.push(elements)
  else if (name === 'DicomAttribute' && tag !== undefined) {
    if (Object.hasOwn(around.elements, tag)) return false
    around.elements[tag] = { Value: values }
  }
  return true
}
