import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { type PhantomOptions } from '@gantry/testkit/phantom'

import { BadInput, ownStudy, phantomStudy } from './study.ts'
import { journey } from './journey.ts'
import { stay } from './stay.ts'

/** Two series of a chest, as a scanner makes them: 420 images, 222 MB. */
const wholeStudy: PhantomOptions = { series: 2, slices: 210 }

const usage = `npm start                 makes a phantom CT study, takes it to a store and back, and opens a page to look at it
npm start -- <folder>     does the same with the DICOM files, or any files, of a folder
npm start -- --once       ends after the job`

export interface StartOptions {
  readonly phantom?: PhantomOptions
  readonly print?: (line: string) => void
}

/** Runs the journey and answers with the exit code: 0 only if everything held. */
export async function start(argv: readonly string[], options: StartOptions = {}): Promise<number> {
  const { phantom = wholeStudy, print = console.log } = options
  const given = readArguments(argv)
  if (typeof given === 'number') return given
  const { folder, once } = given
  const controller = new AbortController()
  const stop = () => controller.abort()
  const temporary = await mkdtemp(join(tmpdir(), 'gantry-start-'))
  const clean = () => rmSync(temporary, { recursive: true, force: true, maxRetries: 5 })
  for (const signal of signals) process.on(signal, stop)
  // Also where the process is ended in between.
  process.on('exit', clean)
  try {
    const study = folder === undefined ? await phantomStudy(join(temporary, 'study'), phantom) : await ownStudy(folder)
    const held = await journey(study, { temporary, print, signal: controller.signal })
    if (once || !held) return held ? 0 : 1
    await stay(join(temporary, 'demo'), study.folder, { print, signal: controller.signal })
    return 0
  } catch (error) {
    if (controller.signal.aborted) {
      print('Stopped.')
      return 130
    }
    if (!(error instanceof BadInput)) throw error
    console.error(error.message)
    return 2
  } finally {
    for (const signal of signals) process.off(signal, stop)
    process.off('exit', clean)
    clean()
  }
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

interface Given {
  readonly folder: string | undefined
  readonly once: boolean
}

function readArguments(argv: readonly string[]): Given | number {
  try {
    const options = { once: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true })
    if (values.help === true) {
      console.log(usage)
      return 0
    }
    if (positionals.length < 2) return { folder: positionals[0], once: values.once === true }
  } catch {
    // Said below.
  }
  console.error(usage)
  return 2
}
