import { amount, seconds } from './chart.ts'
import type { ContestFigure, Figure, SectionRecord, ValuesFigure } from './figure.ts'

/** What each section is about, for who has not seen its code. */
export const about: Readonly<Record<string, string>> = {
  local:
    'Folder to folder. The others write to the page cache alone; `gantry` says when files are synced, `gantry, cache` does as they do.',
  s3: 'Folder to bucket and back, on one machine with the server.',
  discard: 'Folder to a server that throws away what it gets: what the client itself costs.',
  scale:
    'What a job of ten thousand and of a million entries costs, from plan to resume, with a store that is made up.',
  headers: 'Headers of CT files of 512 KiB, from the page cache, in seven rounds.',
  share: 'Through a hub on this machine, encrypted and as it is.',
  dicomweb: 'From Orthanc and to it, and from `gantry serve`, on this machine and over a slow link.',
  cod: 'Cloud optimized DICOM, written and read, in a bucket and in a folder.',
  car: 'Content-addressed archives: roots, CARs, reading with proof, uploading.',
  catalogue: 'How fast receipts are recorded, and found among ten million.',
  deidentify: 'Folder to folder, with de-identification and without.',
  igt: 'An IGT cloud 40 ms away, whose storage forgets what it gets, against a client that does what igtcloud does, and asks once for each file that is there already.',
  fleet: 'What a study costs beside its moving, and two workers against one.',
}

/** Where a figure's chart lies, below `docs/`. */
export function chartName(section: string, index: number): string {
  return `performance/${section}-${index + 1}.svg`
}

/** `docs/performance.md`, of all sections that were ever run. */
export function pageOf(sections: readonly SectionRecord[], notRun: readonly string[]): string {
  return `${[
    '# Performance',
    '',
    'Written by `npm run bench` from what it measured; the figures themselves are in `docs/performance/`, a file a section,',
    'so that sections can be run one at a time: `npm run bench -- --report local`. Contestants take turns, round by round, so that',
    'whatever else the machine does hits all of them alike; the first round warms caches and is not counted. Ratios are of wall time,',
    'with the least and the most of all rounds; memory is the peak of the process.',
    '',
    ...sections.flatMap(sectionOf),
    ...(notRun.length > 0 ? [`Not run yet: ${notRun.join(', ')}.`, ''] : []),
  ]
    .join('\n')
    .trimEnd()}\n`
}

function sectionOf({ section, date, machine, node, rounds, peers, figures }: SectionRecord): string[] {
  const against = peers.length > 0 ? ` With ${peers.join(', ')}.` : ''
  const turns = rounds === undefined ? '' : `, ${rounds} ${rounds === 1 ? 'round' : 'rounds'}`
  return [
    `## ${section}`,
    '',
    `${about[section] ?? ''} ${date}, ${machine}, Node ${node}${turns}.${against}`.trim(),
    '',
    ...figures.flatMap((figure, index) => [
      `### ${figure.title}`,
      '',
      `![${figure.title.replaceAll(/[[\]]/gu, '')}](${chartName(section, index)})`,
      '',
      ...tableOf(figure),
      '',
    ]),
  ]
}

function tableOf(figure: Figure): string[] {
  return figure.kind === 'contest' ? contestTable(figure) : valuesTable(figure)
}

function contestTable({ anchor, bytes, rows }: ContestFigure): string[] {
  const base = rows.find(({ name }) => name === anchor)?.median.wall ?? Number.NaN
  const rate = bytes === undefined ? [] : ['MiB/s']
  return table(
    ['', 'ratio', 'least', 'most', 'wall', 'CPU', 'memory', ...rate],
    rows.map(({ name, median, runs }) => {
      const ratios = runs.map(({ wall }) => wall / base)
      return [
        name,
        `${(median.wall / base).toFixed(2)}x`,
        `${Math.min(...ratios).toFixed(2)}x`,
        `${Math.max(...ratios).toFixed(2)}x`,
        seconds(median.wall),
        seconds(median.cpu),
        `${amount(median.rss / 2 ** 20)} MiB`,
        ...(bytes === undefined ? [] : [amount((bytes / median.wall) * (1000 / 2 ** 20))]),
      ]
    }),
  )
}

function valuesTable({ unit, anchor, rows }: ValuesFigure): string[] {
  const base = rows.find(({ name }) => name === anchor)?.median
  return table(
    ['', `median, ${unit}`, 'least', 'most', ...(base === undefined ? [] : ['ratio'])],
    rows.map(({ name, median, least, most }) => [
      name,
      amount(median),
      amount(least),
      amount(most),
      ...(base === undefined ? [] : [`${(median / base).toFixed(2)}x`]),
    ]),
  )
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`
  return [line(heads), `| --- |${' ---: |'.repeat(heads.length - 1)}`, ...rows.map(line)]
}
