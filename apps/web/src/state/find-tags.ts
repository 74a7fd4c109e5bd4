import type { TagRow } from '../engine/model.ts'

/** Rows that have all words of a text in their tag, name or value; `private` finds what is. */
export function findTags(rows: readonly TagRow[], text: string): readonly TagRow[] {
  const words = text
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== '')
  if (words.length === 0) return rows
  return rows.filter((row) => {
    const all = `${row.tag} ${row.tag.replaceAll(/[(),]/gu, '')} ${row.keyword} ${row.value} ${row.private ? 'private' : ''}`
    const folded = all.toLowerCase()
    return words.every((word) => folded.includes(word))
  })
}
