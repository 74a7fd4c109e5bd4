export const pageSize = 4096

const interiorIndex = 2
const interiorTable = 5
const leafIndex = 10
const leafTable = 13

/** Kinds of the pages of a tree (SQLite file format, 1.6). */
export const pageKinds = { interiorIndex, interiorTable, leafIndex, leafTable } as const

type PageKind = (typeof pageKinds)[keyof typeof pageKinds]

/** The pages of a file as they are added; the first is the schema's, and comes last. */
export class Pages {
  readonly #pages: Uint8Array[] = [new Uint8Array(pageSize)]

  get count(): number {
    return this.#pages.length
  }

  /** Adds a page; answers its number. */
  add(page: Uint8Array): number {
    this.#pages.push(page)
    return this.#pages.length
  }

  /** All of them, with `first` as the first. */
  file(first: Uint8Array): Uint8Array {
    const file = new Uint8Array(this.#pages.length * pageSize)
    this.#pages.forEach((page, index) => file.set(index === 0 ? first : page, index * pageSize))
    return file
  }
}

/** How many of `cells`, from `start` on, fit into a page. */
export function fitting(cells: readonly Uint8Array[], start: number, kind: PageKind): number {
  let left = pageSize - headerOf(kind)
  let count = 0
  for (let at = start; at < cells.length; at += 1) {
    left -= (cells[at] as Uint8Array).length + 2
    if (left < 0) break
    count += 1
  }
  return count
}

/** A page of a tree: pointers to its cells grow from the front, cells from the end. `offset` leaves room before it. */
export function buildPage(kind: PageKind, cells: readonly Uint8Array[], right = 0, offset = 0): Uint8Array {
  const page = new Uint8Array(pageSize)
  const view = new DataView(page.buffer)
  let pointer = offset + headerOf(kind)
  let content = pageSize
  for (const cell of cells) {
    content -= cell.length
    page.set(cell, content)
    view.setUint16(pointer, content)
    pointer += 2
  }
  if (content < pointer) throw new RangeError('The cells do not fit into a page.')
  view.setUint8(offset, kind)
  view.setUint16(offset + 3, cells.length)
  view.setUint16(offset + 5, content)
  if (isInterior(kind)) view.setUint32(offset + 8, right)
  return page
}

function headerOf(kind: PageKind): number {
  return isInterior(kind) ? 12 : 8
}

function isInterior(kind: PageKind): boolean {
  return kind === interiorIndex || kind === interiorTable
}
