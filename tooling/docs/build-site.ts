import { globSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

import { Application, Converter, type DocumentReflection, Logger, LogLevel, type TypeDocOptions } from 'typedoc'

import { entryPoints } from './entry-points.ts'

/** What is written for people, by where it stands in the site. */
const pages: readonly { readonly group: string; readonly files: readonly string[] }[] = [
  { group: 'Guides', files: ['docs/guides/*.md'] },
  { group: 'Packages', files: ['packages/*/README.md', 'packages/*/*/README.md', 'apps/*/README.md'] },
  {
    group: 'Reference',
    files: [
      'docs/*.md',
      'docs/decisions/README.md',
      'examples/README.md',
      'ARCHITECTURE.md',
      'CONTRIBUTING.md',
      'SECURITY.md',
    ],
  },
]

/** Builds the site into a folder; gives what is wrong with what it was built from. */
export async function buildSite(root: string, out: string): Promise<string[]> {
  const points = entryPoints(root)
  const documents = pages.flatMap(({ files }) =>
    globSync([...files], { cwd: root, exclude: ['**/node_modules/**'] }).map((file) => join(root, file)),
  )
  const options: TypeDocOptions = {
    name: 'Gantry',
    basePath: root,
    entryPoints: points.map(({ source }) => source),
    tsconfig: join(import.meta.dirname, 'tsconfig.site.json'),
    readme: join(root, 'README.md'),
    projectDocuments: documents.toSorted(),
    // The check of types has done that, with the compiler that builds.
    skipErrorChecking: true,
    excludePrivate: true,
    excludeInternal: true,
    disableGit: true,
    gitRevision: 'main',
    sourceLinkTemplate: 'https://github.com/gantry-dicom/gantry/blob/{gitRevision}/{path}#L{line}',
    validation: { notExported: false, invalidLink: true, invalidPath: true, notDocumented: false },
    groupOrder: ['Guides', 'Packages', 'Modules', 'Reference', '*'],
    navigation: { includeGroups: true },
    sortEntryPoints: true,
    githubPages: true,
    highlightLanguages: ['ts', 'tsx', 'js', 'json', 'sh', 'yaml', 'ini', 'nginx', 'mermaid', 'http', 'html'],
    logLevel: 'Warn',
  }
  const app = await Application.bootstrap(options)
  const problems: string[] = []
  app.logger = new Collecting(problems)
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_context: undefined, document: DocumentReflection) => {
    nameDocument(root, document, app.files.getReflectionPath(document))
  })
  const names = new Map(points.map(({ source, name }) => [source, name]))
  const converted = (app.getEntryPoints() ?? []).map((point) => ({
    ...point,
    displayName: names.get(point.sourceFile.fileName) ?? point.displayName,
  }))
  if (converted.length < points.length) problems.push('not all entry points are in tsconfig.site.json')
  const project = app.converter.convert(converted)
  app.validate(project)
  await app.generateDocs(project, out)
  return problems
}

class Collecting extends Logger {
  readonly #problems: string[]

  constructor(problems: string[]) {
    super()
    this.#problems = problems
  }

  override log(message: string, level: LogLevel): void {
    if (level >= LogLevel.Warn) this.#problems.push(message)
  }
}

/** By its first heading, as people know it; its folder says which part of the site it belongs to. */
function nameDocument(root: string, document: DocumentReflection, path: string | undefined): void {
  const [heading] = document.content
  const text = heading?.kind === 'text' ? heading.text : ''
  document.name = /^# (.*)$/mu.exec(text)?.[1] ?? document.name
  const folder = path === undefined ? '' : relative(root, dirname(path))
  const group = folder === 'docs/guides' ? 'Guides' : /^(packages|apps)\//u.test(folder) ? 'Packages' : 'Reference'
  document.frontmatter['group'] = group
}
