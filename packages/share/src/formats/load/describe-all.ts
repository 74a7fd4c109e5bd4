import type { Signal } from '@gantry/core'

import type { GeometryFormat } from '../description.ts'
import { dicomVolumes, type UnnamedVolume } from '../dicom/dicom-volumes.ts'
import type { LoadedImage } from '../dicom/group-series.ts'
import type { FileInput } from '../input/file-input.ts'
import { type LoadProblem, toProblem } from '../problem.ts'
import type { Recognised } from '../recognise/recognised.ts'
import { LoadContext, sourceOf } from './load-context.ts'
import type { Looked, OtherFile } from './load-files.ts'
import { loadGeometry, type UnnamedGeometry } from './load-geometry.ts'
import { loadNifti } from './load-nifti.ts'
import { loadNrrd } from './load-nrrd.ts'

interface Described {
  readonly volumes: readonly UnnamedVolume[]
  readonly geometries: readonly UnnamedGeometry[]
  readonly others: readonly OtherFile[]
  readonly problems: readonly LoadProblem[]
}

/** Makes volumes and geometries of files that were looked at, one kind after the other. */
export async function describeAll(looked: readonly Looked[], signal: Signal | undefined): Promise<Described> {
  const inputs = looked.map(({ input }) => input)
  const context = new LoadContext(inputs, signal)
  const volumes: UnnamedVolume[] = []
  const geometries: UnnamedGeometry[] = []
  const problems: LoadProblem[] = []
  // Data files of a header may look like anything: what has been taken as such is nothing else.
  const sorted = looked.toSorted((a, b) => precedence(a.found) - precedence(b.found))
  const rest: Looked[] = []
  for (const one of sorted) {
    const { input, found } = one
    if (context.isTaken(input)) continue
    try {
      if (!('kind' in found)) rest.push(one)
      else if (found.kind === 'nrrd') volumes.push(await loadNrrd(input, found.details, context))
      else if (found.kind === 'nifti') volumes.push(await loadNifti(input, found.details, context))
      else if (isMesh(found)) {
        geometries.push(await loadGeometry(input, found.kind, found.details, context))
      } else rest.push(one)
    } catch (error) {
      problems.push(toProblem(input.name, error))
    }
  }
  const left = rest.filter(({ input }) => !context.isTaken(input))
  const images = dicomVolumes(left.flatMap(imageOf))
  const position = new Map(inputs.map(({ name }, index) => [name, index]))
  const byPlace = (a: string, b: string) => (position.get(a) ?? 0) - (position.get(b) ?? 0)
  const first = (one: UnnamedVolume | UnnamedGeometry) => one.entries[0]?.name ?? ''
  return {
    volumes: [...volumes, ...images.volumes].toSorted((a, b) => byPlace(first(a), first(b))),
    geometries: geometries.toSorted((a, b) => byPlace(first(a), first(b))),
    others: left.flatMap(otherOf),
    problems: [...problems, ...images.problems, ...left.flatMap(problemOf)].toSorted((a, b) => byPlace(a.name, b.name)),
  }
}

function isMesh(found: Recognised): found is Extract<Recognised, { kind: GeometryFormat }> {
  return 'format' in found.details
}

/** Those that name other files come first, and of them those whose data may look like anything. */
function precedence(found: Looked['found']): number {
  if (!('kind' in found)) return 3
  if (found.kind === 'nrrd') return found.details.dataFiles.length > 0 ? 0 : 2
  if (found.kind === 'nifti') return found.details.detached ? 0 : 2
  return found.kind === 'gltf' || found.kind === 'obj' ? 1 : 2
}

function imageOf({ input, found }: Looked): readonly LoadedImage[] {
  if (!('kind' in found) || found.kind !== 'dicom' || found.details.pixels === undefined) return []
  const { details: file } = found
  return [{ source: withImage(input, file.image), file, pixels: found.details.pixels }]
}

function otherOf({ input, found }: Looked): readonly OtherFile[] {
  if (!('kind' in found) || found.kind !== 'dicom' || found.details.pixels !== undefined) return []
  return [{ ...withImage(input, found.details.image), kind: found.details.kind }]
}

function withImage(input: FileInput, image: OtherFile['image']) {
  return image === undefined ? sourceOf(input) : { ...sourceOf(input), image }
}

const messages: { readonly [Kind in Recognised['kind']]?: string } = {
  zip: 'An archive within an archive is not opened: unpack it first.',
  gzip: 'The compressed file holds no volume that is known: unpack it first.',
  unknown: 'The file is no volume or geometry of a format that is known.',
}

function problemOf({ input, found }: Looked): readonly LoadProblem[] {
  if (!('kind' in found)) return [found]
  const message = messages[found.kind]
  return message === undefined ? [] : [{ name: input.name, code: 'unsupported', message }]
}
