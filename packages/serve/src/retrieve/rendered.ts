import { collect, isGantryError, Refusal } from '@gantry/core'
import { atMost, Semaphore } from '@gantry/core/side-by-side'
import { frameRanges, readHeader } from '@gantry/dicom'
import { renderFrame } from '@gantry/pixels'

import type { Stored, Target } from '../catalog/catalog.ts'
import { conditional } from '../http/conditional.ts'
import type { Answer, Ask } from '../http/exchange.ts'
import { inflatedEnd } from '../inflated-end.ts'
import type { ServerParts } from '../parts.ts'
import { etagOf } from './etag.ts'
import { storedSource } from './metadata.ts'
import { refuseInflated } from './refuse-inflated.ts'
import { type Rendering, renderRequest } from './render-request.ts'
import { type InstanceTarget, notThere, withInstance } from './target.ts'

/** Pictures that are made at a time: each has all pixels of a frame in memory. */
const pictures = new Semaphore(atMost(2))
/** Of a frame; larger ones are refused before anything is allocated. */
const maxSamples = 2 ** 26
const maxFrameBytes = 2 ** 28
/** Palettes are longer than other values. */
const longestValue = 131_072

/** WADO-RS rendered: a picture of a frame, the first unless the URL names another. */
export async function rendered(
  ask: Ask,
  parts: ServerParts,
  target: InstanceTarget,
  options: { readonly frame: number; readonly isThumbnail: boolean },
): Promise<Answer> {
  const rendering = renderRequest(ask, options.isThumbnail)
  return await withInstance(
    parts,
    target,
    async (stored) => await picture(ask, parts, { stored, rendering, ...options }),
  )
}

/** A small picture of a study or series: of the instance in its middle. */
export async function thumbnailOf(ask: Ask, parts: ServerParts, target: Target): Promise<Answer> {
  const page = await parts.catalog.page(target, 0, 500)
  const middle = page[Math.floor((page.length - 1) / 2)]
  if (middle === undefined) throw notThere(parts)
  const { study, series, uid } = middle
  return await rendered(ask, parts, { study, series, instance: uid }, { frame: 1, isThumbnail: true })
}

interface Shown {
  readonly stored: Stored
  readonly rendering: Rendering
  readonly frame: number
}

async function picture(ask: Ask, parts: ServerParts, { stored, rendering, frame }: Shown): Promise<Answer> {
  const { type, window, viewport, quality } = rendering
  const { center, width, shape } = window ?? {}
  const variant = [type.slice(6), frame, center, width, shape, viewport?.width, viewport?.height, quality].join('.')
  const etag = etagOf(stored, `-p${variant}`)
  const unchanged = conditional(ask, etag)
  if (unchanged !== undefined) return unchanged
  const { signal } = ask
  const source = storedSource(stored, ask, parts)
  const header = await readHeader(source, { longestValue, checkPixelData: false })
  refuseInflated(inflatedEnd(header), parts)
  const frames = await frameRanges(source, { header, signal })
  const make = async () => {
    const pixels = await collect(frames.read(frame), maxFrameBytes)
    return await renderFrame({ ...rendering, header, frame: pixels, frameNumber: frame, maxSamples, signal }).catch(
      refuse,
    )
  }
  const { bytes } = await pictures.within(1, make, signal)
  const headers = {
    'Content-Type': type,
    'Content-Length': String(bytes.length),
    ...(etag !== undefined && { ETag: etag }),
  }
  return { status: 200, headers, body: bytes }
}

/** What cannot be made a picture of is no fault of the request. */
function refuse(error: unknown): never {
  if (!isGantryError(error) || error.store !== undefined) throw error
  if (error.code === 'unsupported') throw new Refusal('unsupported', error.message, { status: 406, cause: error })
  if (error.code === 'invalid') throw new Refusal('invalid', error.message, { status: 422, cause: error })
  throw error
}
