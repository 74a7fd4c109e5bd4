import { Refusal } from '@gantry/core'

import type { RenderOptions } from '@gantry/pixels'

import { acceptedBy, holds } from '../http/accept.ts'
import type { Ask } from '../http/exchange.ts'
import { notAcceptable } from '../http/refusal.ts'

/** How a picture shall be (PS3.18 8.3.5.1): what the URL says of it. */
export type Rendering = Required<Pick<RenderOptions, 'type'>> & Pick<RenderOptions, 'window' | 'viewport' | 'quality'>

const types = ['image/jpeg', 'image/png'] as const
const longest = 16_384
/** Of a viewport: a small image made large takes as long as a large one. */
const mostPixels = 2 ** 24

export function renderRequest(ask: Ask, isThumbnail: boolean): Rendering {
  const { query } = ask
  const type = acceptedBy(ask)
    .map((range) => types.find((one) => holds(range, one)))
    .find((one) => one !== undefined)
  if (type === undefined) throw notAcceptable(types.join(', '))
  const window = windowIn(query.get('window'))
  const viewport = viewportIn(query.get('viewport')) ?? (isThumbnail ? { width: 128, height: 128 } : undefined)
  const quality = qualityIn(query.get('quality'))
  return {
    type,
    ...(window !== undefined && { window }),
    ...(viewport !== undefined && { viewport }),
    ...(quality !== undefined && { quality }),
  }
}

const shapes = { linear: 'linear', 'linear-exact': 'linear-exact', sigmoid: 'sigmoid' } as const

function windowIn(text: string | null): Rendering['window'] {
  if (text === null) return undefined
  const [center, width, name = 'linear', ...more] = text.split(',')
  const shape = Object.hasOwn(shapes, name) ? shapes[name as keyof typeof shapes] : undefined
  const numbers = [center, width].map((part) => (part === undefined || part.trim() === '' ? Number.NaN : Number(part)))
  const [at = Number.NaN, of = Number.NaN] = numbers
  if (!Number.isFinite(at) || !Number.isFinite(of) || of <= 0 || shape === undefined || more.length > 0) {
    throw new Refusal('invalid', '"window" is a center, a width and linear, linear-exact or sigmoid: 40,400,linear.')
  }
  return { center: at, width: of, shape }
}

function viewportIn(text: string | null): Rendering['viewport'] {
  if (text === null) return undefined
  const [, width, height] = /^(\d{1,5}),(\d{1,5})$/u.exec(text) ?? []
  const size = { width: Number(width), height: Number(height) }
  const isNone = width === undefined || Math.min(size.width, size.height) < 1
  if (isNone || Math.max(size.width, size.height) > longest || size.width * size.height > mostPixels) {
    throw new Refusal(
      'invalid',
      `"viewport" is a width and a height, of ${mostPixels} pixels at most: 512,512. Parts are not cut out.`,
    )
  }
  return size
}

function qualityIn(text: string | null): number | undefined {
  if (text === null) return undefined
  const quality = Number(text)
  if (/^\d{1,3}$/u.test(text) && quality >= 1 && quality <= 100) return quality
  throw new Refusal('invalid', '"quality" is a number from 1 to 100.')
}
