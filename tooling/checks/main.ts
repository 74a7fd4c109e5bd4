import { join } from 'node:path'
import { checkFiles } from './files/check-files.ts'
import { checkLayers } from './layers/check-layers.ts'
import { checkPackages } from './packages/gates.ts'
import { checkShapes } from './packages/shape.ts'
import { runTool, type ToolResult } from './run-tool.ts'
import { checkTypes } from './types/check-types.ts'
import { checkWorkflows } from './workflows/check-workflows.ts'

const root = join(import.meta.dirname, '../..')

const tool =
  (command: string, ...args: string[]) =>
  () =>
    runTool(root, command, args)

const own = (check: (root: string) => string[] | Promise<string[]>) => async (): Promise<ToolResult> => {
  const problems = await check(root)
  return { ok: problems.length === 0, output: problems.join('\n') }
}

/** What is exported, as its reports have it, and the site with its links: side by side, since each takes a while. */
async function docs(): Promise<ToolResult> {
  const node = (...args: readonly string[]) => runTool(root, process.execPath, args)
  const results = await Promise.all([node('tooling/docs/api.ts', '--check'), node('tooling/docs/main.ts', '--check')])
  return { ok: results.every(({ ok }) => ok), output: results.map(({ output }) => output).join('\n') }
}

/** In this order: what is quick, and what explains the failures of what comes after it, first. */
const checks: Record<string, () => Promise<ToolResult>> = {
  lint: tool('oxlint', '--type-aware', '--deny-warnings'),
  format: tool('oxfmt', '--check'),
  boundaries: tool('turbo', 'boundaries'),
  layers: own(checkLayers),
  files: own(checkFiles),
  types: () => checkTypes(root),
  unused: tool('knip', '--no-progress', '--treat-config-hints-as-errors'),
  versions: tool('sherif'),
  shape: own(checkShapes),
  workflows: own(checkWorkflows),
  build: tool('turbo', 'run', 'build', '--output-logs=errors-only'),
  packages: own(checkPackages),
  docs,
}

// npm run check -- [names]: all of them, or those named.
const names = process.argv.slice(2)
const unknown = names.filter((name) => !(name in checks))
if (unknown.length > 0) {
  console.error(`no such check: ${unknown.join(', ')}; there are ${Object.keys(checks).join(', ')}`)
  process.exit(2)
}

const failed: string[] = []
for (const [name, check] of Object.entries(checks)) {
  if (names.length > 0 && !names.includes(name)) continue
  const start = performance.now()
  const { ok, output } = await check()
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name.padEnd(10)} ${seconds.padStart(5)} s`)
  if (ok) continue
  failed.push(name)
  console.log(output.trim().replaceAll(/^/gm, '       '))
}
console.log(failed.length === 0 ? 'all checks hold' : `failed: ${failed.join(', ')}`)
process.exitCode = failed.length === 0 ? 0 : 1
