import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { CompilerState, Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor'

import { type EntryPoint, entryPoints } from './entry-points.ts'

/** Where the reports are, relative to the root: a file for each entry point, with all that it exports. */
export const reportsFolder = 'docs/api'

/** Compares the reports that are committed with what the builds export now. */
export function apiProblems(root: string): string[] {
  return withReports(root, (folder, names) => {
    const committed = globSync('*.api.md', { cwd: join(root, reportsFolder) })
    return [
      ...names.flatMap((name) => {
        const path = join(root, reportsFolder, name)
        if (!existsSync(path)) return [`${reportsFolder}/${name} is missing: npm run api writes it`]
        const line = firstDifference(readFileSync(path, 'utf8'), readFileSync(join(folder, name), 'utf8'))
        if (line === undefined) return []
        return [
          `${reportsFolder}/${name}, line ${line}: the API is another now. If that is meant: npm run api, and a changeset`,
        ]
      }),
      ...committed
        .filter((name) => !names.includes(name))
        .map((name) => `${reportsFolder}/${name} is of no entry point: npm run api removes it`),
    ]
  })
}

/** Writes the reports as they are to be committed, and gives how many there are. */
export function writeApiReports(root: string): number {
  return withReports(root, (folder, names) => {
    rmSync(join(root, reportsFolder), { recursive: true, force: true })
    cpSync(folder, join(root, reportsFolder), { recursive: true })
    return names.length
  })
}

function withReports<Value>(root: string, work: (folder: string, names: readonly string[]) => Value): Value {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-api-'))
  try {
    extract(root, join(folder, 'reports'), join(folder, 'temporary'))
    return work(join(folder, 'reports'), globSync('*.api.md', { cwd: join(folder, 'reports') }).toSorted())
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function extract(root: string, reports: string, temporary: string): void {
  const points = entryPoints(root)
  const missing = points.find(({ declarations }) => !existsSync(declarations))
  if (missing !== undefined) throw new Error(`${missing.name} is not built: npm run build`)
  mkdirSync(reports)
  const configs = points.map((point) => configOf(root, point, reports, temporary))
  const [first] = configs
  if (first === undefined) return
  // One program for all: what they share is read once.
  const compilerState = CompilerState.create(first, {
    additionalEntryPoints: points.map(({ declarations }) => declarations),
  })
  for (const config of configs) {
    Extractor.invoke(config, {
      compilerState,
      localBuild: true,
      messageCallback: (message) => {
        message.handled = true
        if (message.logLevel === ExtractorLogLevel.Error) throw new Error(message.formatMessageWithLocation(root))
      },
    })
  }
}

function configOf(root: string, { name, packageFolder, declarations }: EntryPoint, reports: string, temporary: string) {
  const compilerOptions = {
    target: 'es2024',
    lib: ['es2024', 'dom', 'dom.iterable', 'dom.asynciterable'],
    module: 'nodenext',
    moduleResolution: 'nodenext',
    strict: true,
    skipLibCheck: true,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
    allowImportingTsExtensions: true,
    noEmit: true,
  }
  const silent = { default: { logLevel: ExtractorLogLevel.None } }
  return ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(packageFolder, 'package.json'),
    configObject: {
      projectFolder: packageFolder,
      mainEntryPointFilePath: declarations,
      newlineKind: 'lf',
      compiler: { overrideTsconfig: { compilerOptions, files: [declarations] }, skipLibCheck: true },
      apiReport: {
        enabled: true,
        reportFolder: reports,
        reportTempFolder: temporary,
        reportFileName: name.replace('@', '').replaceAll('/', '-'),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
        extractorMessageReporting: silent,
        tsdocMessageReporting: silent,
      },
    },
  })
}

/** Number of the first line that differs; `undefined` if none does. */
function firstDifference(before: string, after: string): number | undefined {
  const [one, other] = [before.split('\n'), after.split('\n')]
  const index = Array.from({ length: Math.max(one.length, other.length) }).findIndex((_, at) => one[at] !== other[at])
  return index === -1 ? undefined : index + 1
}
