import type { ReviewedChange } from '../engine/model.ts'

/** Rows that have all words of a text; what stays as it is only where that is asked for. */
export function findChanges(rows: readonly ReviewedChange[], text: string, all: boolean): readonly ReviewedChange[] {
  const words = text
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== '')
  return rows.filter(({ name, tag, doing, before, after }) => {
    if (!all && doing === 'kept') return false
    const folded = `${name} ${tag} ${tag.replaceAll(/[(),]/gu, '')} ${doing} ${before} ${after}`.toLowerCase()
    return words.every((word) => folded.includes(word))
  })
}

/** Of a choice, whether the images that may have names in their pixels were looked at. */
export function unlooked(
  items: readonly { readonly id: string; readonly warnings: readonly unknown[] }[],
  looked: ReadonlySet<string>,
): readonly string[] {
  return items.filter(({ id, warnings }) => warnings.length > 0 && !looked.has(id)).map(({ id }) => id)
}
