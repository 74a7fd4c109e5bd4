import type { Excused } from '../matrix.ts'
import type { ChaosRecord, ChaosRow, SoakRecord } from './record.ts'

const columns = ['cells', 'runs', 'injected', 'kills', 'retries', 'toldFailed', 'bytesLost', 'wronglyReported'] as const
const heads = ['cells', 'runs', 'faults injected', 'kills', 'retries', 'told failed', 'bytes lost', 'wrongly reported']

/** `docs/reliability.md`. */
export function writeReport(parts: {
  readonly chaos: ChaosRecord | undefined
  readonly excused: readonly Excused[]
  readonly withoutServer: Readonly<Record<string, string>>
  readonly soak: SoakRecord | undefined
}): string {
  const { chaos, excused, withoutServer, soak } = parts
  return `${[
    '# Reliability',
    '',
    'Written by `npm run chaos` and `npm run soak` from what they found; the figures themselves are in',
    '`docs/reliability/`. A short form of both runs in `npm test`.',
    '',
    '## Faults and kills',
    '',
    'Each cell of the matrix copies a study of eight images between a folder and a storage, by the command line, through a proxy that',
    'does what networks do. Faults are drawn from a seed, in requests and at bytes that the copy really has, and counted where they are',
    'injected. Then, not through the proxy, both sides are read to their ends and compared by SHA-256:',
    '',
    '- **bytes lost**: of files of the source that are not at the destination when a later run without faults has ended;',
    '- **wrongly reported**: a file told done that is not there as it was, a file that failed or is missing and was not named, an exit code',
    '  that says otherwise, bytes at the destination that nobody sent, a later run that does not complete.',
    '',
    'In half of the cells the process is killed (`kill -9`) while the fault is at work, and the same command is run again. `outage` and',
    '`refused` do not pass by themselves: the copy has to fail, and to say what failed.',
    '',
    '```sh',
    'npm run chaos                                  # all of it; --rounds 5 for five seeds, --seed 7 to begin with another',
    "npm run chaos -- --only s3 --fault 'lost answer'",
    'npm run chaos -- --each                        # one cell of each backend and fault, drawn from the seed',
    '```',
    '',
    'Where a fault has a single cell, it was run with `--each`; `none` is the kill alone.',
    '',
    ...(chaos === undefined ? ['Not run yet.', ''] : ofChaos(chaos)),
    '### What is not in the matrix',
    '',
    ...reasonsOf(excused).map((line) => `- ${line}`),
    ...Object.entries(withoutServer).map(([adapter, reason]) => `- \`${adapter}\`: ${reason}.`),
    '',
    '## Soak of the hub',
    '',
    ...(soak === undefined ? ['Not run yet.', ''] : ofSoak(soak)),
  ]
    .join('\n')
    .trimEnd()}\n`
}

function ofChaos({ backends, node }: ChaosRecord): string[] {
  const all = backends.flatMap(({ rows }) => rows)
  const dates = all.map(({ date }) => date).toSorted()
  const [first, last] = [dates[0] ?? '', dates.at(-1) ?? '']
  const when = first === last ? first : `${first} to ${last}`
  return [
    `Node ${node}; ${when}; seeds ${[...new Set(all.flatMap(({ seeds }) => seeds))].toSorted((a, b) => a - b).join(', ')}.`,
    '',
    ...table(
      'backend',
      backends.map(({ name, rows }) => ({ name, row: totalOf(rows) })),
    ),
    '',
    ...backends.flatMap(({ name, server, rows }) => [
      `### ${name}`,
      '',
      `Against ${server}.`,
      '',
      ...table(
        'fault',
        rows.map((row) => ({ name: row.fault, row })),
      ),
      '',
    ]),
  ]
}

type Counts = Pick<ChaosRow, (typeof columns)[number]>

function table(what: string, lines: readonly { readonly name: string; readonly row: Counts }[]): string[] {
  const total = lines.length > 1 ? [{ name: '**all**', row: totalOf(lines.map(({ row }) => row)) }] : []
  return [
    `| ${[what, ...heads].join(' | ')} |`,
    `| --- |${' ---: |'.repeat(heads.length)}`,
    ...[...lines, ...total].map(
      ({ name, row }) => `| ${[name, ...columns.map((one) => grouped(row[one]))].join(' | ')} |`,
    ),
  ]
}

function totalOf(rows: readonly Counts[]): Counts {
  const sum = (column: keyof Counts) => rows.reduce((total, row) => total + row[column], 0)
  return Object.fromEntries(columns.map((column) => [column, sum(column)])) as unknown as Counts
}

function reasonsOf(excused: readonly Excused[]): string[] {
  const bySentence = Map.groupBy(excused, ({ backend, reason }) => `${backend}\0${reason}`)
  return [...bySentence.values()].map((cells) => {
    const [first] = cells
    const faults = [...new Set(cells.map(({ fault }) => fault))]
    const ways = [...new Set(cells.map(({ direction }) => direction))]
    return `${first?.backend}, ${faults.join(', ')} (${ways.join(' and ')}): ${first?.reason}.`
  })
}

const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`

function ofSoak({ node, date, minutes, workers, operations, errors, rss, handles, samples }: SoakRecord): string[] {
  const total = Object.values(operations).reduce((sum, count) => sum + count, 0)
  return [
    `\`npm run soak -- --minutes ${minutes}\`, Node ${node}, ${date}: a hub in a process of its own, and ${workers} clients that upload,`,
    'share, open, download, revoke, and ask for what they may not have.',
    '',
    '| what | found |',
    '| --- | --- |',
    `| operations | ${grouped(total)} |`,
    ...Object.entries(operations).map(([name, count]) => `| of them ${name} | ${grouped(count)} |`),
    `| answers that were wrong | ${errors} |`,
    `| RSS, least squares over the second half | ${mebibytes(rss.slope)} an hour (bound: ${mebibytes(rss.bound)}) |`,
    `| RSS, first, last, most | ${mebibytes(rss.first)}, ${mebibytes(rss.last)}, ${mebibytes(rss.most)} |`,
    `| file handles, first, last, most | ${handles.first}, ${handles.last}, ${handles.most} |`,
    `| samples | ${samples} |`,
    '',
  ]
}

function grouped(count: number): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/gu, ',')
}
