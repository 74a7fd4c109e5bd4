import type { Selection } from '@gantry/core'
import type { MissingImages, NamedImages } from '@gantry/transfer'

import type { Context } from '../context.ts'
import { printable } from '../render/text.ts'

/** Of a selection that names images by UID; loads what looks after them only then. */
export async function namedIn(selection: Selection): Promise<NamedImages | undefined> {
  if ((selection.studies ?? selection.series) === undefined) return undefined
  const transfer = await import('@gantry/transfer')
  return new transfer.NamedImages(selection)
}

/** Says what was named and not found. */
export function tellMissing({ io }: Context, missing: readonly MissingImages[]): void {
  for (const { path, message } of missing) io.stderr.write(`Not found: ${printable(path)}: ${message}\n`)
}
