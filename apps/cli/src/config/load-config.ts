import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'

import { UsageError } from '../usage-error.ts'
import { type CheckedConfig, configSchema } from './config.ts'
import { findConfig } from './find-config.ts'
import { importConfig } from './import-config.ts'
import { issueInWords } from './issue-in-words.ts'
import { whereItFails } from './where-it-fails.ts'

export interface LoadedConfig extends CheckedConfig {
  /** Where it was found; `undefined` if there is none, which is fine. */
  readonly file: string | undefined
  /** What relative paths in it are relative to. */
  readonly folder: string
}

/** Finds, reads and checks the configuration. */
export async function loadConfig(
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
  named?: string,
): Promise<LoadedConfig> {
  const file = await findConfig(cwd, env, named)
  if (file === undefined) return { adapters: [], remotes: {}, file, folder: cwd }
  const parsed = configSchema.safeParse(await valueOf(file))
  if (!parsed.success) {
    const wrong = parsed.error.issues.map((issue) => `  ${issueInWords(issue)}`)
    throw new UsageError(`The configuration ${file} is wrong:\n${wrong.join('\n')}`)
  }
  return { ...parsed.data, file, folder: dirname(file) }
}

async function valueOf(file: string): Promise<unknown> {
  if (!/\.(?:json|[cm]?[jt]s)$/u.test(file)) {
    throw new UsageError(`${file} is no configuration: that is a file whose name ends with .ts, .js or .json.`)
  }
  let loaded: unknown
  try {
    if (file.endsWith('.json')) return JSON.parse(await readFile(file, 'utf8'))
    loaded = await importConfig(pathToFileURL(file).href)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    if (code === 'ERR_UNKNOWN_FILE_EXTENSION') {
      throw new UsageError(`${file} needs Node 22.18 or newer: name it gantry.config.js, or update Node.`, { cause })
    }
    const why = cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause)
    // What is wrong in JSON says its line itself.
    const where = file.endsWith('.json') ? '' : await whereItFails(file, cause)
    throw new UsageError(`The configuration ${file} cannot be read: ${why}${where}`, { cause })
  }
  // Taken for one that names nothing, its remotes would be missing without a word.
  const config = exportOf(loaded)
  if (config === undefined) {
    throw new UsageError(`The configuration ${file} exports nothing: it says export default { remotes: { ... } }.`)
  }
  return config
}

/** What a module exports by default; `undefined` where that is nothing. */
function exportOf(loaded: unknown): unknown {
  if (typeof loaded !== 'object' || loaded === null || !('default' in loaded)) return undefined
  const { default: config } = loaded
  // A module without exports is CommonJS to Node, and that exports an empty object; Node before 23 does not tell which it was.
  const untouched = 'module.exports' in loaded && typeof config === 'object' && config !== null
  return untouched && Object.keys(config).length === 0 ? undefined : config
}
