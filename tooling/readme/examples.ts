/** A block of code in a README. */
export interface Example {
  /** Line of its first line of code. */
  readonly line: number
  readonly code: string
}

/**
 * The examples of a README that are run: its `ts` blocks, but for those marked `ts fragment`, which need more around
 * them than an example can have.
 */
export function examplesOf(markdown: string): Example[] {
  return blocksOf(markdown).flatMap(({ line, code, info }) => (info === 'ts' ? [{ line, code }] : []))
}

/**
 * The fragments, to be compiled: each after what a comment before it, which readers do not see, says is given:
 * `<!-- given`, declarations and imports, `-->`.
 */
export function fragmentsOf(markdown: string): Example[] {
  const lines = markdown.split('\n')
  return blocksOf(markdown).flatMap(({ line, code, info }) => {
    if (info !== 'ts fragment') return []
    const before = lines.slice(0, line - 2).join('\n')
    const [, given] = /<!-- given\n((?:(?!-->)[^])*)\n-->\s*$/u.exec(before) ?? []
    return [{ line, code: given === undefined ? code : `${given}\n${code}` }]
  })
}

function blocksOf(markdown: string): (Example & { readonly info: string })[] {
  const blocks: (Example & { readonly info: string })[] = []
  let open: { readonly line: number; readonly fence: string; readonly info: string } | undefined
  const code: string[] = []
  for (const [index, text] of markdown.split('\n').entries()) {
    const [, fence = '', info = ''] = /^\s*(`{3,})([^`]*)$/u.exec(text) ?? []
    if (open === undefined) {
      if (fence !== '') open = { line: index + 2, fence, info: info.trim() }
    } else if (info === '' && fence.length >= open.fence.length) {
      blocks.push({ line: open.line, code: code.join('\n'), info: open.info })
      open = undefined
      code.length = 0
    } else code.push(text)
  }
  return blocks
}
