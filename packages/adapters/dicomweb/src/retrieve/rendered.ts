import type { Call } from '@gantry/core/driver'

import type { Service } from '../service.ts'
import { type Resource, segmentsOf } from './resource.ts'
import { checkEnd, checkGiven } from './retrieved-part.ts'

/** An image as a viewer would show it (PS3.18 8.3.5). */
export interface RenderedOptions {
  /** Frames of an instance, from 1; default: what the service chooses. */
  readonly frames?: readonly number[] | undefined
  /** Default: `image/jpeg`. */
  readonly mediaType?: string | undefined
  /** Of a lossy picture, 1 to 100. */
  readonly quality?: number | undefined
  /** Width and height that it is to fit into. */
  readonly viewport?: readonly [width: number, height: number] | undefined
  readonly window?: { readonly center: number; readonly width: number; readonly function?: string } | undefined
  /** A thumbnail instead, which has no options but the viewport. */
  readonly thumbnail?: boolean | undefined
}

export interface Rendered {
  readonly contentType: string | undefined
  /** Must be read, or closed. */
  readonly body: AsyncIterableIterator<Uint8Array>
}

export async function retrieveRendered(
  service: Service,
  resource: Resource,
  options: RenderedOptions,
  call: Call,
): Promise<Rendered> {
  const { frames, mediaType = 'image/jpeg', thumbnail = false } = options
  const at = frames === undefined ? [] : ['frames', frames.join(',')]
  const path = [...segmentsOf(resource), ...at, thumbnail ? 'thumbnail' : 'rendered']
  const headers = { accept: mediaType }
  const answer = await service.send({ method: 'GET', path, query: queryOf(options), headers }, call)
  try {
    checkGiven(answer, mediaType)
    checkEnd(answer)
  } catch (error) {
    await answer.body.return?.()
    throw error
  }
  return { contentType: answer.header('content-type'), body: answer.body }
}

function queryOf({ quality, viewport, window }: RenderedOptions): [string, string][] {
  const { center, width, function: shape = 'linear' } = window ?? {}
  const query: [string, string | undefined][] = [
    ['quality', quality?.toString()],
    ['viewport', viewport?.join(',')],
    ['window', window && `${center},${width},${shape}`],
  ]
  return query.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
}
