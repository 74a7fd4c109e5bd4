import { rmSync } from 'node:fs'
import { join } from 'node:path'

import { orthancUnavailable, type RunningOrthanc, startOrthanc } from '@gantry-tooling/servers'

import { contest, type Contestant, type Row } from './contest.ts'
import { makeSeries, type SeriesOnDisk } from './dicomweb-data.ts'
import { startLink, startServe } from './dicomweb-links.ts'
import type { DicomwebResult, DicomwebWork } from './dicomweb-work.ts'
import { type Cost, measure, measureSaying } from './measure.ts'
import { single } from './page/figure.ts'
import { notebook } from './page/notebook.ts'
import { reportContest } from './report.ts'

/** Milliseconds one way, and bytes a second of each connection: a round trip of 40 ms, 100 Mbit/s. */
const link = { latency: 20, bandwidth: 12_500_000 }
const many = 50

/** Retrieving from Orthanc and storing to it, on this machine and over a slow link, against others' clients. */
export async function benchDicomweb(folder: string, rounds: number): Promise<string> {
  const unavailable = await orthancUnavailable()
  if (unavailable !== undefined) return `DICOMweb: not measured, ${unavailable}\n`
  const orthanc = await startOrthanc()
  notebook.met(orthanc.name)
  const place = join(folder, 'dicomweb')
  try {
    const set = await makeSeries(place)
    await postBody(orthanc.root, set)
    return [
      await benchNear(orthanc, set, rounds),
      await benchFar(orthanc, set, rounds),
      await benchStore(orthanc, set, rounds),
      await benchServe(orthanc, set, rounds),
    ].join('\n')
  } finally {
    await orthanc.stop()
    rmSync(place, { recursive: true, force: true })
  }
}

async function benchNear({ root }: RunningOrthanc, set: SeriesOnDisk, rounds: number): Promise<string> {
  const firsts = new Firsts()
  const one = (name: string, step: string, concurrency = 1) => client(name, { step, root, concurrency }, set, firsts)
  const rows = await contest(
    [
      one('gantry', 'gantry-series'),
      one('dicomweb-client', 'foreign-series'),
      one('gantry, 8', 'gantry-instances', 8),
      one('dicomweb-client, 8', 'foreign-instances', 8),
      curl('curl', `${root}/studies/${set.study}/series/${set.series}`),
    ],
    rounds,
  )
  return report('Orthanc -> memory, 200 x 512 KiB, one series', rows, 'dicomweb-client', set, firsts)
}

async function benchFar({ url }: RunningOrthanc, set: SeriesOnDisk, rounds: number): Promise<string> {
  const far = await startLink(url, link.latency, link.bandwidth)
  try {
    const root = `${far.url}/dicom-web`
    const firsts = new Firsts()
    const one = (name: string, step: string, concurrency = 1) => client(name, { step, root, concurrency }, set, firsts)
    const rows = await contest(
      [
        one(`gantry, ${many}`, 'gantry-instances', many),
        one(`dicomweb-client, ${many}`, 'foreign-instances', many),
        one('gantry, its own way', 'gantry-fetch'),
        one('gantry, 1', 'gantry-instances', 1),
      ],
      rounds,
    )
    const title = 'Orthanc -> memory over 40 ms and 100 Mbit/s a connection'
    return report(title, rows, `dicomweb-client, ${many}`, set, firsts)
  } finally {
    await far.stop()
  }
}

/** Into Orthanc, which has all of it already and takes it again. */
async function benchStore({ root }: RunningOrthanc, set: SeriesOnDisk, rounds: number): Promise<string> {
  const firsts = new Firsts()
  const rows = await contest(
    [
      { name: 'curl, one body', run: async () => await postBody(root, set) },
      client('gantry', { step: 'gantry-store', root, concurrency: 1 }, set, firsts),
      client('dicomweb-client', { step: 'foreign-store', root, concurrency: 1 }, set, firsts),
    ],
    rounds,
  )
  return reportContest('files -> Orthanc, 200 x 512 KiB', rows, 'curl, one body', set.bytes)
}

/** What `gantry serve` makes of the files in their folder, against Orthanc, by the same clients. */
async function benchServe(orthanc: RunningOrthanc, set: SeriesOnDisk, rounds: number): Promise<string> {
  const served = await startServe(set.folder, `${set.body}.sqlite`)
  try {
    const series = `studies/${set.study}/series/${set.series}`
    const firsts = new Firsts()
    const pair = (name: string, root: string): Contestant[] => [
      curl(`${name}, curl`, `${root}/${series}`),
      client(`${name}, gantry`, { step: 'gantry-series', root, concurrency: 1 }, set, firsts),
      client(`${name}, gantry, 8`, { step: 'gantry-instances', root, concurrency: 8 }, set, firsts),
    ]
    const rows = await contest([...pair('Orthanc', orthanc.root), ...pair('serve', served.url)], rounds)
    return report('gantry serve or Orthanc -> memory, 200 x 512 KiB', rows, 'Orthanc, curl', set, firsts)
  } finally {
    await served.stop()
  }
}

/** Until the first instance was there, in milliseconds, by contestant. */
class Firsts extends Map<string, number[]> {
  add(name: string, first: number): void {
    this.set(name, [...(this.get(name) ?? []), first])
  }

  median(name: string): number | undefined {
    // The first run was for warming.
    const [, ...counted] = this.get(name) ?? []
    return counted.toSorted((a, b) => a - b)[Math.floor(counted.length / 2)]
  }
}

type Given = Pick<DicomwebWork, 'step' | 'root' | 'concurrency'>

/** A client of JavaScript. The first run proves with digests that it gets what was stored, every other counts. */
function client(name: string, given: Given, set: SeriesOnDisk, firsts: Firsts): Contestant {
  let runs = 0
  return {
    name,
    async run(): Promise<Cost> {
      const { folder, study, series, instances } = set
      const verify = runs === 0
      runs += 1
      const work: DicomwebWork = { ...given, headers: {}, folder, study, series, instances, verify }
      const program = join(import.meta.dirname, 'dicomweb-run.ts')
      const { cost, said } = await measureSaying({ command: process.execPath, args: [program, JSON.stringify(work)] })
      const result = JSON.parse(said) as DicomwebResult
      if (result.count !== instances.length || result.bytes !== set.bytes) throw new Error(`${name} lost something.`)
      // What is stored has no digest here.
      if (verify && !given.step.endsWith('-store') && result.digest !== set.digest)
        throw new Error(`${name} got other bytes.`)
      firsts.add(name, result.first)
      return { ...cost, wall: result.milliseconds }
    },
  }
}

/** Takes the bytes and forgets them: what the server and the socket cost. */
function curl(name: string, url: string): Contestant {
  const args = ['-sSf', '-o', '/dev/null', '-H', `Accept: ${ACCEPT}`, url]
  return { name, run: async () => await measure({ command: 'curl', args }) }
}

const ACCEPT = 'multipart/related; type="application/dicom"; transfer-syntax=*'

async function postBody(root: string, { body, contentType }: SeriesOnDisk): Promise<Cost> {
  const args = ['-sSf', '-o', '/dev/null', '-H', `Content-Type: ${contentType}`, '-H', 'Expect:']
  return await measure({ command: 'curl', args: [...args, '--data-binary', `@${body}`, `${root}/studies`] })
}

function report(title: string, rows: readonly Row[], anchor: string, set: SeriesOnDisk, firsts: Firsts): string {
  const lines = rows.flatMap(({ name }) => {
    const first = firsts.median(name)
    return first === undefined ? [] : [`  ${name.padEnd(22)}  first instance after ${first.toFixed(0)} ms`]
  })
  const text = reportContest(title, rows, anchor, set.bytes).trimEnd()
  notebook.note({
    kind: 'values',
    title: `${title}: until the first instance is there`,
    unit: 'ms',
    better: 'lower',
    rows: rows.flatMap(({ name }) => {
      const first = firsts.median(name)
      return first === undefined ? [] : [single(name, first)]
    }),
  })
  return [text, ...lines, ''].join('\n')
}
