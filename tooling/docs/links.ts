import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

/** Links within the repository's Markdown that lead nowhere: to a file that is not there, or a heading that it has not. */
export function markdownProblems(root: string, files: readonly string[]): string[] {
  const headings = new Map<string, ReadonlySet<string>>()
  const headingsOf = (path: string) => {
    const known = headings.get(path) ?? anchorsOf(readFileSync(path, 'utf8'))
    headings.set(path, known)
    return known
  }
  return files.flatMap((file) =>
    linksOf(readFileSync(join(root, file), 'utf8')).flatMap(({ target, line }) => {
      const [path = '', anchor] = target.split('#')
      const found = path === '' ? join(root, file) : resolve(dirname(join(root, file)), decodeURIComponent(path))
      const where = `${file}, line ${line}: ${target}`
      if (!existsSync(found)) return [`${where} is not there`]
      if (relative(root, found).startsWith('..')) return [`${where} is outside of the repository`]
      if (anchor === undefined || anchor === '' || !found.endsWith('.md')) return []
      return headingsOf(found).has(anchor) ? [] : [`${where} has no such heading`]
    }),
  )
}

interface Link {
  readonly target: string
  readonly line: number
}

/** Links to other files and headings; code is no link, and other sites are not asked. */
function linksOf(markdown: string): Link[] {
  return proseOf(markdown).flatMap(({ text, line }) =>
    [...text.replaceAll(/`[^`]*`/gu, '').matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)|^\[[^\]]+\]:\s*(\S+)/gu)]
      .map(([, inline, reference]) => ({ target: inline ?? reference ?? '', line }))
      .filter(({ target }) => !/^[a-z][a-z0-9+.-]*:/iu.test(target)),
  )
}

/** Lines outside of fences. */
function proseOf(markdown: string): { readonly text: string; readonly line: number }[] {
  let fence: string | undefined
  return markdown.split('\n').flatMap((text, index) => {
    const [, mark = ''] = /^\s*(`{3,}|~{3,})/u.exec(text) ?? []
    if (mark !== '' && fence === undefined) fence = mark
    else if (mark !== '' && fence !== undefined && mark.startsWith(fence)) fence = undefined
    else if (fence === undefined) return [{ text, line: index + 1 }]
    return []
  })
}

/** Anchors of headings, as GitHub makes them: what is said twice gets a number. */
export function anchorsOf(markdown: string): Set<string> {
  const anchors = new Set<string>()
  for (const { text } of proseOf(markdown)) {
    const [, heading] = /^#{1,6}\s+(.*?)\s*#*$/u.exec(text) ?? []
    if (heading === undefined) continue
    const plain = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/gu, '$1')
    const slug = plain
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
      .replaceAll(' ', '-')
    let anchor = slug
    for (let count = 1; anchors.has(anchor); count += 1) anchor = `${slug}-${count}`
    anchors.add(anchor)
  }
  return anchors
}

/** Links of a built site that lead nowhere within it. */
export function siteProblems(folder: string): string[] {
  const pages = globSync('**/*.html', { cwd: folder })
  const ids = new Map(pages.map((page) => [page, new Set<string>()]))
  const links = pages.map((page) => {
    const html = readFileSync(join(folder, page), 'utf8')
    for (const [, id = ''] of html.matchAll(/\sid="([^"]+)"/gu)) ids.get(page)?.add(unescapeHtml(id))
    return { page, targets: new Set([...html.matchAll(/\s(?:href|src)="([^"]*)"/gu)].map(([, target = '']) => target)) }
  })
  return links.flatMap(({ page, targets }) =>
    [...targets].flatMap((target) => {
      if (/^([a-z][a-z0-9+.-]*:|\/\/)/iu.test(target)) return []
      const [path = '', anchor = ''] = unescapeHtml(target).split('#')
      const named = path === '' ? page : join(dirname(page), decodeURIComponent(path.replace(/\?.*$/u, '')))
      // A folder is its index, as hosts serve it.
      const found = /(^|\/)\.?$/u.test(named) ? join(named, 'index.html') : named
      const file = join(folder, found)
      if (!existsSync(file) || !statSync(file).isFile()) return [`${page}: ${target} is not there`]
      const known = ids.get(found)
      if (anchor === '' || known === undefined || known.has(anchor) || known.has(decodeURIComponent(anchor))) return []
      return [`${page}: ${target} has no such place`]
    }),
  )
}

function unescapeHtml(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}
