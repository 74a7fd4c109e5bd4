import type { Item } from '../engine/model.ts'

/**
 * Whether all images of an item are in one that is open: by their UIDs and sizes, and by what the item says of itself,
 * because a changed copy may have kept its UIDs. Of files that have no UIDs nobody can tell without reading them: two masks are often as long as each other.
 */
export function isOpen(item: Item, open: readonly Item[]): boolean {
  const wanted = namesOf(item)
  if (wanted.length === 0 || wanted.includes(undefined)) return false
  return open.some((known) => {
    if (known.expected !== undefined || factsOf(known) !== factsOf(item)) return false
    const there = new Set(namesOf(known))
    return wanted.every((name) => there.has(name))
  })
}

function factsOf({ name, modality, frames }: Item): string {
  return JSON.stringify([name, modality, frames])
}

function namesOf({ files }: Item): (string | undefined)[] {
  return files.map(({ image, size }) => image && `${image.sopInstanceUID} ${size}`)
}
