import { buildPage, fitting, pageKinds, type Pages } from './pages.ts'
import { concat, varint } from './record.ts'

/** A tree of rows, numbered from 1 in the order that they have; answers the number of its root page. */
export function addTable(pages: Pages, records: readonly Uint8Array[]): number {
  const cells = records.map((record, index) =>
    concat([Uint8Array.from([...varint(record.length), ...varint(index + 1)]), record]),
  )
  const { leafTable } = pageKinds
  if (cells.length === 0) return pages.add(buildPage(leafTable, []))
  let children: { readonly page: number; readonly last: number }[] = []
  for (let start = 0; start < cells.length;) {
    const count = fitting(cells, start, leafTable)
    const page = pages.add(buildPage(leafTable, cells.slice(start, start + count)))
    start += count
    children.push({ page, last: start })
  }
  while (children.length > 1) children = addTableLevel(pages, children)
  return children[0]?.page ?? 0
}

function addTableLevel(pages: Pages, children: readonly { readonly page: number; readonly last: number }[]) {
  const cells = children.map(({ page, last }) => concat([pointer(page), Uint8Array.from(varint(last))]))
  const level: { readonly page: number; readonly last: number }[] = []
  for (let start = 0; start < children.length;) {
    // The last child of a page is its right one, and has no cell.
    let count = Math.min(fitting(cells, start, pageKinds.interiorTable) + 1, children.length - start)
    if (children.length - start - count === 1) count -= 1
    const right = children[start + count - 1] as { page: number; last: number }
    const page = pages.add(buildPage(pageKinds.interiorTable, cells.slice(start, start + count - 1), right.page))
    level.push({ page, last: right.last })
    start += count
  }
  return level
}

/**
 * A tree of keys, in the order that they have; answers the number of its root page. Unlike those of tables, keys that
 * stand between pages stand in the page above, and nowhere else.
 */
export function addIndex(pages: Pages, records: readonly Uint8Array[]): number {
  let keys = records.map((record) => concat([Uint8Array.from(varint(record.length)), record]))
  if (keys.length === 0) return pages.add(buildPage(pageKinds.leafIndex, []))
  let children: number[] = []
  const above: Uint8Array[] = []
  for (let start = 0; start < keys.length;) {
    const count = leavingTwo(fitting(keys, start, pageKinds.leafIndex), keys.length - start)
    children.push(pages.add(buildPage(pageKinds.leafIndex, keys.slice(start, start + count))))
    const separator = keys[start + count]
    if (separator !== undefined) above.push(separator)
    start += count + 1
  }
  keys = above
  while (children.length > 1) {
    const cells = keys.map((key, index) => concat([pointer(children[index] as number), key]))
    const pagesAbove: number[] = []
    const keysAbove: Uint8Array[] = []
    for (let start = 0; start < cells.length;) {
      const count = leavingTwo(fitting(cells, start, pageKinds.interiorIndex), cells.length - start)
      const right = children[start + count] as number
      pagesAbove.push(pages.add(buildPage(pageKinds.interiorIndex, cells.slice(start, start + count), right)))
      const separator = keys[start + count]
      if (separator !== undefined) keysAbove.push(separator)
      start += count + 1
    }
    children = pagesAbove
    keys = keysAbove
  }
  return children[0] as number
}

/** One that is left alone would go up, and leave an empty page behind it. */
function leavingTwo(count: number, left: number): number {
  return left - count === 1 && count > 1 ? count - 1 : count
}

function pointer(page: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, page)
  return bytes
}
