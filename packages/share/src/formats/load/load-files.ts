import { distinctPath, GantryError, type Signal } from '@gantry/core'

import type { ArchiveLimits } from '../archive/archive-limits.ts'
import { openZip } from '../archive/open-zip.ts'
import type { GeometryDescription, SourceFile, VolumeDescription } from '../description.ts'
import type { DicomKind } from '../dicom/dicom-kind.ts'
import type { FileInput } from '../input/file-input.ts'
import { unlessAborted } from '../input/read-bytes.ts'
import { type LoadProblem, toProblem } from '../problem.ts'
import { recognise } from '../recognise/recognise.ts'
import type { Recognised } from '../recognise/recognised.ts'
import { describeAll } from './describe-all.ts'
import { mapLimited } from './map-limited.ts'

export interface LoadOptions {
  readonly signal?: Signal | undefined
  /** Files looked at, of those that are known so far: what an archive holds is known when it is opened. */
  readonly onProgress?: ((progress: { readonly done: number; readonly total: number }) => void) | undefined
  /** Names for volumes and geometries. Default: random UUIDs. */
  readonly newId?: (() => string) | undefined
  readonly archive?: ArchiveLimits | undefined
  /** Files looked at side by side. Default: 8. */
  readonly concurrency?: number | undefined
}

/** A DICOM file that is sound and known, but no volume. */
export interface OtherFile extends SourceFile {
  readonly kind: DicomKind
}

/** Every file that was given is in one of these, or a part of one. */
export interface LoadedFiles {
  readonly volumes: readonly VolumeDescription[]
  readonly geometries: readonly GeometryDescription[]
  readonly others: readonly OtherFile[]
  readonly problems: readonly LoadProblem[]
}

/** What became of looking at one file. */
export interface Looked {
  readonly input: FileInput
  readonly found: Recognised | LoadProblem
}

/**
 * Finds the volumes and geometries in files, reading headers alone: archives are opened, DICOM images put together by
 * series and geometry, and headers with their data files. A file that is wrong or damaged is told in `problems` and
 * does not keep the others from loading; only an aborted signal rejects, with `cancelled`.
 */
export async function loadFiles(inputs: readonly FileInput[], options: LoadOptions = {}): Promise<LoadedFiles> {
  const loading = load(inputs, options)
  return options.signal === undefined ? await loading : await unlessAborted(loading, options.signal)
}

async function load(inputs: readonly FileInput[], options: LoadOptions): Promise<LoadedFiles> {
  const { signal, onProgress, concurrency = 8, newId = () => crypto.randomUUID() } = options
  const problems: LoadProblem[] = []
  let done = 0
  let total = inputs.length
  const look = async (input: FileInput): Promise<Looked> => {
    const found = await lookAt(input, signal)
    done += 1
    onProgress?.({ done, total })
    return { input, found }
  }
  const looked = await mapLimited(distinct(inputs, new Set()), concurrency, look)
  const names = new Set(looked.map(({ input }) => input.name.normalize('NFC')))
  const unpacked = await mapLimited(looked, 1, async (one) => {
    if (!('kind' in one.found) || one.found.kind !== 'zip') return [one]
    try {
      const limits = options.archive ?? {}
      const opened = await openZip(one.input, signal === undefined ? { limits } : { limits, signal })
      problems.push(...opened.problems)
      total += opened.inputs.length
      return await mapLimited(distinct(opened.inputs, names), concurrency, look)
    } catch (error) {
      return [{ input: one.input, found: toProblem(one.input.name, error) }]
    }
  })
  const described = await describeAll(unpacked.flat(), signal)
  return {
    volumes: described.volumes.map((volume) => ({ id: newId(), ...volume })),
    geometries: described.geometries.map((geometry) => ({ id: newId(), ...geometry })),
    others: described.others,
    problems: [...problems, ...described.problems],
  }
}

async function lookAt(input: FileInput, signal: Signal | undefined): Promise<Recognised | LoadProblem> {
  if (signal?.aborted === true) throw new GantryError('cancelled', 'Stopped on request.', { cause: signal.reason })
  try {
    return await recognise(input, signal === undefined ? {} : { signal })
  } catch (error) {
    return toProblem(input.name, error)
  }
}

/**
 * Two files of one name, from two folders that nothing names, are both kept: the later one is called otherwise. Paths are in
 * NFC, so one name is what is one in it.
 */
function distinct(inputs: readonly FileInput[], names: Set<string>): readonly FileInput[] {
  return inputs.map((input) => {
    let { name } = input
    for (let count = 2; names.has(name.normalize('NFC')); count += 1) name = distinctPath(input.name, String(count))
    names.add(name.normalize('NFC'))
    return name === input.name ? input : { name, size: input.size, read: (range, call) => input.read(range, call) }
  })
}
