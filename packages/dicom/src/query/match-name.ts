import type { DicomJsonValue } from '@gantry/core'

import { foldName, nameTokens } from './fold-name.ts'
import { textsOf } from './values-at.ts'
import { fitsWildcard } from './wildcard.ts'

/**
 * Matches person names, whatever their case and accents (PS3.4 C.2.2.2.1): a key with groups (`=`) by its groups, another
 * by any group of the name. Several names in one key are alternatives.
 */
export function matchName(key: string, fuzzy: boolean): (value: DicomJsonValue) => boolean {
  const tests = key.split('\\').map((name) => (fuzzy ? matchTokens(name) : matchGroups(name)))
  return (value) => tests.some((test) => test(value))
}

function matchGroups(key: string): (value: DicomJsonValue) => boolean {
  const groups = key.split('=').map(foldName)
  const [first = ''] = groups
  if (groups.length === 1) return (value) => groupsOf(value).some((group) => fitsWildcard(first, foldName(group)))
  return (value) => {
    const given = groupsOf(value)
    return groups.every((group, index) => group === '' || fitsWildcard(group, foldName(given[index] ?? '')))
  }
}

/** Each word of the key begins a word of the name. */
function matchTokens(key: string): (value: DicomJsonValue) => boolean {
  const wanted = nameTokens(key.replaceAll(/[*?]/gu, ' '))
  return (value) => {
    const given = nameTokens(textsOf(value).join('='))
    return wanted.every((token) => given.some((word) => word.startsWith(token)))
  }
}

/** Alphabetic, ideographic, phonetic, each where it belongs; a name that came as plain text is split. */
function groupsOf(value: DicomJsonValue): readonly string[] {
  if (typeof value === 'string') return value.split('=')
  if (typeof value !== 'object' || value === null) return []
  return ['Alphabetic', 'Ideographic', 'Phonetic'].map((group) => {
    const text = (value as Readonly<Record<string, unknown>>)[group]
    return typeof text === 'string' ? text : ''
  })
}
