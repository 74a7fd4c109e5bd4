import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LineCounter, parseDocument } from 'yaml'

/** Whether the workflows can run at all: what a push would tell too late. */
export function checkWorkflows(root: string): string[] {
  const { scripts = {} } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts?: Scripts }
  return globSync('.github/workflows/*.{yml,yaml}', { cwd: root })
    .toSorted()
    .flatMap((path) => {
      const lines = new LineCounter()
      const document = parseDocument(readFileSync(join(root, path), 'utf8'), { lineCounter: lines })
      const found = [...document.errors, ...document.warnings]
      const problems = found.map((error) => `line ${lines.linePos(error.pos[0]).line}: ${error.message.split('\n')[0]}`)
      const workflow = document.errors.length === 0 ? (document.toJS() as Workflow | null) : undefined
      if (workflow !== undefined) problems.push(...workflowProblems(root, scripts, workflow ?? {}))
      return problems.map((problem) => `${path}: ${problem}`)
    })
}

type Scripts = Readonly<Record<string, string>>
type Step = { uses?: string; run?: string; with?: Readonly<Record<string, unknown>> }
type Job = { 'runs-on'?: string; permissions?: Readonly<Record<string, string>>; steps?: readonly Step[] }
type Workflow = { name?: string; on?: unknown; permissions?: unknown; jobs?: Readonly<Record<string, Job>> }

function workflowProblems(root: string, scripts: Scripts, workflow: Workflow): string[] {
  const { on, permissions, jobs = {} } = workflow
  return [
    ...(on === undefined ? ['does not say when it runs'] : []),
    // Without it, every job could write.
    ...(permissions === undefined ? ['does not say its permissions'] : []),
    ...(Object.keys(jobs).length === 0 ? ['has no jobs'] : []),
    ...Object.entries(jobs).flatMap(([name, job]) => jobProblems(root, scripts, job).map((each) => `${name}: ${each}`)),
  ]
}

function jobProblems(root: string, scripts: Scripts, { steps = [], permissions = {}, ...job }: Job): string[] {
  const problems = job['runs-on'] === undefined ? ['does not say where it runs'] : []
  if (steps.length === 0) problems.push('has no steps')
  for (const { uses, run, with: given = {} } of steps) {
    if ((uses === undefined) === (run === undefined)) problems.push('a step must have either uses or run')
    // A tag may be moved to other code.
    if (uses !== undefined && !/^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/u.test(uses)) problems.push(`${uses} names no commit`)
    if (uses?.startsWith('changesets/action@') && permissions['id-token'] !== 'write') {
      problems.push('publishes without id-token: write, so without provenance')
    }
    const commands = [run ?? '', ...Object.values(given).filter((value) => typeof value === 'string')]
    problems.push(...commands.flatMap((command) => commandProblems(root, scripts, command)))
  }
  return problems
}

/** Scripts, and files of the repository, that are named and not there. */
function commandProblems(root: string, scripts: Scripts, command: string): string[] {
  const named = [...command.matchAll(/\bnpm run ([\w:-]+)/gu)].map(([, name = '']) => name)
  const files = [...command.matchAll(/(?:^|\s)(\.[\w-]*\/[\w./-]+)/gu)].map(([, file = '']) => file)
  return [
    ...named.filter((name) => !(name in scripts)).map((name) => `there is no script ${name}`),
    ...files.filter((file) => !existsSync(join(root, file))).map((file) => `there is no file ${file}`),
  ]
}
