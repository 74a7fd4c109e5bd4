import { phases } from '../src/transfer/phase.ts'
import { reachableStates } from './reachable-states.ts'
import { type TransitionTable, transitionTable } from './transition-table.ts'

/** The page of the docs that draws the transfer machine, as Markdown. */
export function transferStates(): string {
  const table = transitionTable(reachableStates())
  return `# The states of a transfer

<!-- Generated from the machine itself: \`pnpm --filter @gantry/core run docs\`. -->

A job is moved from phase to phase by events: what its owner asks (\`job:\`), and what the runner tells after doing what
it was asked. What an event brings about is decided in one place, \`transition\` of \`@gantry/core\`, and found here by
trying every event in every state that a job of two entries can come to.

\`\`\`mermaid
${diagram(table)}
\`\`\`

A live phase (\`planning\`, \`running\`, \`verifying\`, \`cancelling\`) always waits for something that is on its way. The others
are left only when someone asks for it, and are announced (\`ended\`) when all that was on its way has answered.

## What every event does

The phase after it, and what the runner is asked to do. Where there are several outcomes, counters decide: what is
pending, in flight, asked for, and left of the budget of retries. An event that is not named changes nothing.

${phases.map((phase) => section(phase, table)).join('\n\n')}
`
}

function diagram(table: TransitionTable): string {
  const edges = new Map<string, Set<string>>()
  for (const [from, row] of Object.entries(table)) {
    for (const [event, outcomes] of Object.entries(row)) {
      for (const outcome of outcomes) {
        const to = outcome.split(':')[0] ?? ''
        if (to === from) continue
        const edge = `${from} --> ${to}`
        edges.set(edge, (edges.get(edge) ?? new Set()).add(event.replace(':', ' ')))
      }
    }
  }
  const lines = [...edges].map(([edge, events]) => `  ${edge}: ${[...events].join(', ')}`)
  return ['stateDiagram-v2', '  [*] --> draft', ...lines, '  completed --> [*]', '  cancelled --> [*]'].join('\n')
}

function section(phase: (typeof phases)[number], table: TransitionTable): string {
  const rows = Object.entries(table[phase] ?? {}).map(([event, outcomes]) => [
    `\`${event}\``,
    outcomes.map((outcome) => withEffects(outcome)).join('<br>'),
  ])
  return `### ${phase}\n\n${markdownTable([['event', 'phase after it, and effects'], ...rows])}`
}

function withEffects(outcome: string): string {
  const [phase = '', effects] = outcome.split(': ')
  return effects === undefined ? `**${phase}**` : `**${phase}**, ${effects.replaceAll(', ', ' + ')}`
}

/** Padded as the formatter wants it; the first row is the head. */
function markdownTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const rule = widths.map((width) => '-'.repeat(width))
  return [rows[0] ?? [], rule, ...rows.slice(1)].map(line).join('\n')
}
