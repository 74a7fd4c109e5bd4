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
  const examples: Example[] = []
  let open: { readonly line: number; readonly fence: string; readonly run: boolean } | undefined
  const code: string[] = []
  for (const [index, text] of markdown.split('\n').entries()) {
    const [, fence = '', info = ''] = /^\s*(`{3,})([^`]*)$/u.exec(text) ?? []
    if (open === undefined) {
      if (fence !== '') open = { line: index + 2, fence, run: info.trim() === 'ts' }
    } else if (info === '' && fence.length >= open.fence.length) {
      if (open.run) examples.push({ line: open.line, code: code.join('\n') })
      open = undefined
      code.length = 0
    } else code.push(text)
  }
  return examples
}
