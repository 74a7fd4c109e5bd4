import { type Bytes, type ImageIdentity, isGantryError, tap } from '@gantry/core'
import { attributesOf, type DicomLayout, PassingFile, readHeader } from '@gantry/dicom'

import { type Described, describeHeader, type KnownImage } from '../catalog/described.ts'
import { identityOf, isNamed } from '../catalog/look-at.ts'
import { inflatedEnd } from '../inflated-end.ts'
import type { ServerParts } from '../parts.ts'
import { openInstance } from '../retrieve/instances.ts'
import { findInstance } from '../retrieve/target.ts'
import { Busy } from './header-room.ts'
import { type Outcome, reasons } from './outcome.ts'
import { PrefixSource } from './prefix-source.ts'
import { sameBytes } from './same-bytes.ts'
import { cutOff, Unfit, unfitIn } from './unfit.ts'
import { wholePixelData } from './whole-pixel-data.ts'

/** Of a header, without what is passed over: a longer one is not read to its end. */
const maxHeaderBytes = 16 * 2 ** 20
/** As the index reads them. */
const longestValue = 4096

export interface Storing {
  readonly parts: ServerParts
  readonly layout: DicomLayout
  /** That the URL names: others are refused. */
  readonly study: string | undefined
  readonly signal: AbortSignal
}

/**
 * Stores an instance as it comes, all of it or nothing, and puts it into the index at once. What goes wrong with it is its
 * outcome, and hinders no other.
 */
export async function storeInstance(storing: Storing, body: Bytes, size: number | undefined): Promise<Outcome> {
  const { parts, layout, study } = storing
  const limit = parts.limits.instanceBytes
  let seen = 0
  // Which image it is, is to be told also where its header is never read to its end.
  const passing = new PassingFile()
  const bounded = tap(body, (chunk) => {
    if (passing.image === undefined) passing.push(chunk)
    seen += chunk.length
    if (seen > limit) throw tooLarge()
  })
  const source = new PrefixSource(bounded, size, parts.headerRoom)
  let image: KnownImage | undefined
  let end = (): void => {}
  try {
    const identified = await identify(source, layout)
    if (identified === undefined) return { reason: reasons.cannotUnderstand }
    ;({ image } = identified.described)
    if ((identified.inflatedEnd ?? 0) > limit) throw tooLarge()
    // Inflated again, from what was kept: only now is it known that the pixel data are in a deflated stream.
    if (identified.deflated) await readHeader(source, { maxHeaderBytes, longestValue })
    const whole = wholePixelData(source.body(), cutOff)
    if (study !== undefined && image.studyInstanceUID !== study) return { image, reason: reasons.processingFailure }
    const { studyInstanceUID, seriesInstanceUID, sopInstanceUID } = image
    end = await parts.turns.take([studyInstanceUID, seriesInstanceUID, sopInstanceUID].join('/'))
    const isThere = await compareStored(storing, image, whole)
    if (isThere !== undefined) return isThere ? { image } : { image, reason: reasons.alreadyThere }
    return await write(storing, { ...identified, size }, whole)
  } catch (error) {
    if (storing.signal.aborted || error instanceof Busy) throw error
    const named = image ?? (passing.image !== undefined && isNamed(passing.image) ? passing.image : undefined)
    return { ...(named !== undefined && { image: named }), reason: reasonOf(error, image, parts) }
  } finally {
    source.release()
    end()
  }
}

function tooLarge(): Unfit {
  return new Unfit(reasons.outOfResources, 'The instance is larger than this server takes.')
}

interface Identified {
  readonly described: Described
  readonly path: string
  readonly deflated: boolean
  readonly inflatedEnd: number | undefined
}

/** What is to be known of an instance before it is stored. Its header is let go of: storing may take long. */
async function identify(source: PrefixSource, layout: DicomLayout): Promise<Identified | undefined> {
  const header = await readHeader(source, { checkPixelData: false, maxHeaderBytes, longestValue })
  const image = identityOf(header)
  if (image === undefined) return undefined
  const attributes = attributesOf(header.elements, layout.keywords)
  return {
    described: describeHeader(header, image),
    path: layout({ path: `${image.sopInstanceUID}.dcm`, image, attributes }),
    deflated: header.transferSyntax.deflated,
    inflatedEnd: inflatedEnd(header),
  }
}

async function write(
  { parts, signal }: Storing,
  { described, path, size }: Identified & { readonly size: number | undefined },
  body: Bytes,
): Promise<Outcome> {
  const { image } = described
  const { store, catalog } = parts
  const entry = {
    path,
    image,
    contentType: 'application/dicom',
    ...(size !== undefined && { size }),
    ...(store.abilities.conditional && { ifAbsent: true }),
  }
  try {
    const written = await store.write(entry, body, { signal })
    await catalog.put([{ entry: written, kind: 'instance', described }])
    return { image }
  } catch (error) {
    if (!isGantryError(error) || error.code !== 'already_exists') throw error
    // Another wrote it, and the index did not know yet. What came is gone and was not compared: sent again, it will be.
    await parts.lookAgain(path)
    return { image, reason: reasons.processingFailure }
  }
}

/** Whether the bytes that are stored for this image are those that came; `undefined` where nothing is stored. */
async function compareStored(
  { parts, signal }: Storing,
  image: ImageIdentity,
  body: Bytes,
): Promise<boolean | undefined> {
  const stored = await findInstance(parts, targetOf(image))
  if (stored === undefined) return undefined
  let there: Bytes
  try {
    there = await openInstance({ signal }, parts, stored)
  } catch (error) {
    if (!isGantryError(error) || !['not_found', 'precondition_failed'].includes(error.code)) throw error
    await parts.lookAgain(stored.path)
    return (await findInstance(parts, targetOf(image))) === undefined ? undefined : false
  }
  return await sameBytes(body, there)
}

function targetOf({ studyInstanceUID, seriesInstanceUID, sopInstanceUID }: ImageIdentity) {
  return { study: studyInstanceUID, series: seriesInstanceUID, instance: sopInstanceUID }
}

function reasonOf(error: unknown, image: ImageIdentity | undefined, parts: ServerParts): number {
  const unfit = unfitIn(error)
  if (unfit !== undefined) return unfit.reason
  if (isGantryError(error)) {
    if (error.code === 'read_only') return reasons.outOfResources
    // Of a deflated one it is known which image it is before all of it is inflated.
    if (error.store === undefined && (image === undefined || error.code === 'integrity'))
      return reasons.cannotUnderstand
  }
  parts.onError(error)
  return reasons.processingFailure
}
