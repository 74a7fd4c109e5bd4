/** A name without what its writers differ in: case, accents, padding, empty components at its end. */
export function foldName(name: string): string {
  // Accents of Latin, Greek and Cyrillic alone: to strip those of kana would make other letters of them.
  const plain = name.normalize('NFKD').replaceAll(/[\u0300-\u036F]/gu, '')
  const components = plain.normalize('NFC').toUpperCase().split('^')
  return components
    .map((component) => component.trim())
    .join('^')
    .replace(/\^+$/u, '')
}

/** The words of a name, folded. */
export function nameTokens(name: string): readonly string[] {
  return foldName(name)
    .split(/[\^=\s,.-]+/u)
    .filter((token) => token !== '')
}
