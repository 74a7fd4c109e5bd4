import { table } from './table.ts'

/** Two characters of VR, then the keyword. `xs`: US or SS, as the pixels are. */
let byTag: Map<number, string> | undefined
let byKeyword: Map<string, number> | undefined

/** Read when first asked for: many programs never see an implicit VR or a keyword. */
function entries(): Map<number, string> {
  if (byTag === undefined) {
    byTag = new Map()
    for (const line of table.trim().split('\n')) {
      const group = hex(line.slice(0, 4).replace('XX', '00')) * 0x10000
      for (const entry of line.slice(5).split(' ')) byTag.set(group + hex(entry.slice(0, 4)), entry.slice(4))
    }
  }
  return byTag
}

function entryOf(tag: number): string | undefined {
  const found = entries().get(tag)
  if (found !== undefined) return found
  const group = tag >>> 16
  if ((group & 1) === 1) return (tag & 0xffff) >= 0x10 && (tag & 0xffff) <= 0xff ? 'LOPrivateCreator' : undefined
  if ((tag & 0xffff) === 0) return 'ULGenericGroupLength'
  // Curves, overlays and variable pixel data repeat their groups (PS3.5 7.6).
  const family = group & 0xff00
  if (family !== 0x5000 && family !== 0x6000 && family !== 0x7f00) return undefined
  return entries().get(family * 0x10000 + (tag & 0xffff))
}

/** The VR that the standard gives a tag; `xs` for US or SS; `undefined` for private and unknown tags. */
export function vrOfTag(tag: number): string | undefined {
  return entryOf(tag)?.slice(0, 2)
}

/** The keyword of a tag: `PatientID` for (0010,0020). */
export function keywordOfTag(tag: number): string | undefined {
  return entryOf(tag)?.slice(2)
}

/** The tag of a keyword; of a repeating group, the first. */
export function tagOfKeyword(keyword: string): number | undefined {
  if (byKeyword === undefined) {
    byKeyword = new Map()
    for (const [tag, entry] of entries()) byKeyword.set(entry.slice(2), tag)
  }
  return byKeyword.get(keyword)
}

function hex(digits: string): number {
  return Number.parseInt(digits, 16)
}
