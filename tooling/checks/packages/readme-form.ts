/** The headings that every README has, in this order; between example and errors a package may have others of its own. */
const common = ['Options', 'Errors', 'More'] as const

/**
 * Whether a README has the form that all have, so that whoever has read one finds everything in the next: what it is, how it is
 * installed, the shortest working example, options, errors, where to go on.
 */
export function readmeProblems(markdown: string, name: string): string[] {
  const sections = sectionsOf(markdown)
  const [intro = ''] = sections.map(({ body }) => body)
  const headings = sections.slice(1).map(({ heading }) => heading)
  return [
    ...introProblems(intro, name),
    ...common
      .filter((heading) => headings.filter((each) => each === heading).length !== 1)
      .map((heading) => `must have one section "${heading}"`),
    ...orderProblems(headings),
    ...sections.flatMap(({ heading, body }) => sectionProblems(heading, body)),
  ]
}

function introProblems(intro: string, name: string): string[] {
  const [title = '', sentence = '', install = '', ...rest] = blocksOf(intro)
  const example = rest.find((block) => /^```(ts|ts fragment|sh)\n/u.test(block))
  const [, words = ''] = /^```sh\nnpm (?:install|create) ([^\n]*)/u.exec(install) ?? []
  const isInstalled = words.split(' ').includes(name.replace(/^create-/u, ''))
  return [
    ...(title === `# ${name}` ? [] : [`must begin with "# ${name}"`]),
    ...(/^[A-Z]/u.test(sentence) && sentence.endsWith('.')
      ? []
      : ['must say in a sentence what it is, below its title']),
    ...(isInstalled ? [] : ['must say how it is installed, after that sentence, in a block of sh']),
    ...(example === undefined ? ['must have an example before its first section'] : []),
  ]
}

function orderProblems(headings: readonly string[]): string[] {
  const found = headings.filter((heading) => common.some((each) => each === heading))
  const last = headings.slice(-2).join()
  if (found.join() === common.join() && last === 'Errors,More') return []
  return [`must have "Options" before "Errors", and "Errors" and "More" at the end`]
}

function sectionProblems(heading: string, body: string): string[] {
  if (heading === 'Options' && !/^\|.*\|$/mu.test(body)) return ['must have a table in "Options"']
  if (heading === 'Errors' && body.trim() === '') return ['must say in "Errors" which there are']
  if (heading === 'More' && !/\]\([./]+docs\/guides\/.*\]\([./]+LICENSE\)/su.test(body)) {
    return ['must lead on from "More" to a guide, and to the licence']
  }
  return []
}

/** What stands below each heading of the second level; what stands above the first has none. */
function sectionsOf(markdown: string): { readonly heading: string; readonly body: string }[] {
  const blocks = blocksOf(markdown)
  const sections: { heading: string; body: string }[] = [{ heading: '', body: '' }]
  for (const block of blocks) {
    const [, heading] = /^## (.*)$/u.exec(block) ?? []
    if (heading !== undefined) sections.push({ heading, body: '' })
    else
      sections.splice(-1, 1, { heading: sections.at(-1)?.heading ?? '', body: `${sections.at(-1)?.body}\n\n${block}` })
  }
  return sections
}

/** Paragraphs, headings, tables, and code as a whole, whatever is in it. */
function blocksOf(markdown: string): string[] {
  return [...markdown.matchAll(/^(`{3,})[^`\n]*\n[\s\S]*?^\1\s*$|^(?!`{3})\S[\s\S]*?(?=\n\n|\n*$(?![\s\S]))/gmu)].map(
    ([block]) => block.trim(),
  )
}
