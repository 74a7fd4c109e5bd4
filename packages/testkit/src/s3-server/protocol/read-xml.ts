import { S3Error } from './s3-error.ts'

/** An element without its attributes and namespace prefix, which no S3 request gives meaning to. */
export interface XmlElement {
  readonly name: string
  readonly children: XmlElement[]
  text: string
}

/** Comments, instructions and CDATA; else a tag; else text. */
const token = /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([^\s/>!?]+)[^>]*?(\/?)>|([^<]+)/y

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function unescape(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#([0-9]+)|([a-z]+));/gi, (_all, hex?: string, decimal?: string, name = '') => {
    if (hex) return codePoint(Number.parseInt(hex, 16))
    if (decimal) return codePoint(Number(decimal))
    const entity = entities[String(name)]
    if (entity === undefined) throw new S3Error('MalformedXML')
    return entity
  })
}

function codePoint(code: number): string {
  if (code > 0x10ffff) throw new S3Error('MalformedXML')
  return String.fromCodePoint(code)
}

/** Reads what S3 clients send. A document type, the one place where XML gets dangerous, is refused as malformed. */
export function readXml(source: string, root: string): XmlElement {
  const top: XmlElement = { name: '', children: [], text: '' }
  const open = [top]
  token.lastIndex = 0
  while (token.lastIndex < source.length) {
    const match = token.exec(source)
    const parent = open.at(-1)
    if (!match || !parent) throw new S3Error('MalformedXML')
    const [, verbatim, closing, tag, empty, text] = match
    if (text !== undefined) parent.text += unescape(text)
    if (verbatim !== undefined) parent.text += verbatim
    if (tag === undefined) continue
    const name = tag.slice(tag.indexOf(':') + 1)
    if (closing) {
      if (open.length < 2 || parent.name !== name) throw new S3Error('MalformedXML')
      open.pop()
    } else {
      const element: XmlElement = { name, children: [], text: '' }
      parent.children.push(element)
      if (!empty) open.push(element)
    }
  }
  const element = top.children[0]
  if (open.length !== 1 || top.children.length !== 1 || element?.name !== root) throw new S3Error('MalformedXML')
  return element
}

export function childrenOf(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((child) => child.name === name)
}

export function childOf(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((child) => child.name === name)
}

export function textOf(element: XmlElement, name: string): string | undefined {
  return childOf(element, name)?.text
}

export function requiredText(element: XmlElement, name: string): string {
  const text = textOf(element, name)
  if (text === undefined) throw new S3Error('MalformedXML')
  return text
}
