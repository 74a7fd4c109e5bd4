import { type QueryLevel, Refusal } from '@gantry/core'
import type { DicomLayout } from '@gantry/dicom'

import type { Permission } from './access/access.ts'
import type { Answer, Ask } from './http/exchange.ts'
import type { ServerParts } from './parts.ts'
import { bulkData } from './retrieve/bulk-data.ts'
import { frameNumbers, retrieveFrames } from './retrieve/frames.ts'
import { retrieveAll, retrieveInstance } from './retrieve/instances.ts'
import { metadataOfAll, metadataOfInstance } from './retrieve/metadata.ts'
import { rendered, thumbnailOf } from './retrieve/rendered.ts'
import { search } from './search/search.ts'
import { storeInstances } from './stow/store-instances.ts'
import { isUid } from './uid.ts'

type Parameters = Readonly<Record<string, string>>

/** One kind of request that the server answers. */
export interface Route {
  readonly method: 'GET' | 'POST'
  /** `{path}` is the rest, slashes included. */
  readonly pattern: string
  readonly permission: Permission
  handle(ask: Ask, parts: ServerParts, parameters: Parameters): Promise<Answer>
}

const study = '/studies/{study}'
const series = `${study}/series/{series}`
const instance = `${series}/instances/{instance}`

const target = (parameters: Parameters) => ({
  study: parameters['study'] ?? '',
  ...(parameters['series'] !== undefined && { series: parameters['series'] }),
})

const instanceOf = (parameters: Parameters) => ({
  study: parameters['study'] ?? '',
  series: parameters['series'] ?? '',
  instance: parameters['instance'] ?? '',
})

function reads(pattern: string, handle: Route['handle']): Route {
  return { method: 'GET', pattern, permission: 'read', handle }
}

function searches(pattern: string, level: QueryLevel): Route {
  return reads(pattern, async (ask, parts, parameters) => {
    return await search(ask, parts, { level, study: parameters['study'], series: parameters['series'] })
  })
}

function pictures(pattern: string, isThumbnail: boolean): Route {
  return reads(pattern, async (ask, parts, parameters) => {
    const [frame = 1, ...others] = frameNumbers(parameters['frames'] ?? '1')
    if (others.length > 0) throw new Refusal('invalid', 'A picture is of one frame: name one.')
    return await rendered(ask, parts, instanceOf(parameters), { frame, isThumbnail })
  })
}

/** Studies Service and Resources (PS3.18 10). */
export const routes: readonly Route[] = [
  searches('/studies', 'study'),
  searches('/series', 'series'),
  searches('/instances', 'instance'),
  searches(`${study}/series`, 'series'),
  searches(`${study}/instances`, 'instance'),
  searches(`${series}/instances`, 'instance'),
  reads(study, async (ask, parts, parameters) => await retrieveAll(ask, parts, target(parameters))),
  reads(series, async (ask, parts, parameters) => await retrieveAll(ask, parts, target(parameters))),
  reads(instance, async (ask, parts, parameters) => await retrieveInstance(ask, parts, instanceOf(parameters))),
  reads(`${study}/metadata`, async (ask, parts, parameters) => await metadataOfAll(ask, parts, target(parameters))),
  reads(`${series}/metadata`, async (ask, parts, parameters) => await metadataOfAll(ask, parts, target(parameters))),
  reads(`${instance}/metadata`, async (ask, parts, parameters) => {
    return await metadataOfInstance(ask, parts, instanceOf(parameters))
  }),
  reads(`${instance}/frames/{frames}`, async (ask, parts, parameters) => {
    return await retrieveFrames(ask, parts, instanceOf(parameters), frameNumbers(parameters['frames'] ?? ''))
  }),
  pictures(`${instance}/rendered`, false),
  pictures(`${instance}/thumbnail`, true),
  pictures(`${instance}/frames/{frames}/rendered`, false),
  pictures(`${instance}/frames/{frames}/thumbnail`, true),
  ...[study, series].map((pattern) =>
    reads(`${pattern}/thumbnail`, async (ask, parts, parameters) => await thumbnailOf(ask, parts, target(parameters))),
  ),
  reads(`${instance}/bulkdata/{path}`, async (ask, parts, parameters) => {
    return await bulkData(ask, parts, instanceOf(parameters), parameters['path'] ?? '')
  }),
]

/** Where instances can be stored, too. */
export function storingRoutes(layout: DicomLayout): readonly Route[] {
  return ['/studies', study].map((pattern) => ({
    method: 'POST',
    pattern,
    permission: 'write',
    handle: async (ask, parts, parameters) => {
      return await storeInstances(ask, parts, { layout, study: parameters['study'] })
    },
  }))
}

interface Compiled {
  readonly route: Route
  readonly expression: RegExp
}

/** Finds the route of a path; 404 where there is none, 405 where it takes other methods, 400 for what is no UID. */
export function compileRoutes(
  all: readonly Route[],
): (ask: Pick<Ask, 'method' | 'path'>) => { readonly route: Route; readonly parameters: Parameters } {
  const compiled = all.map((route): Compiled => ({ route, expression: expressionOf(route.pattern) }))
  return ({ method, path }) => {
    const wanted = method === 'HEAD' ? 'GET' : method
    const found = compiled.flatMap(({ route, expression }) => {
      const match = expression.exec(path)
      return match === null ? [] : [{ route, parameters: { ...match.groups } }]
    })
    if (found.length === 0) throw new Refusal('not_found', 'There is no such resource here.')
    const exact = found.find(({ route }) => route.method === wanted)
    if (exact === undefined) {
      const allowed = found.flatMap(({ route }) => (route.method === 'GET' ? ['GET', 'HEAD'] : [route.method]))
      throw new Refusal('unsupported', 'This resource does not take that method.', {
        status: 405,
        headers: { Allow: [...allowed, 'OPTIONS'].join(', ') },
      })
    }
    return { route: exact.route, parameters: decoded(exact.parameters) }
  }
}

function expressionOf(pattern: string): RegExp {
  const source = pattern
    .replace('{path}', '(?<path>.+)')
    .replaceAll(/\{(\w+)\}/gu, (_match, name: string) => `(?<${name}>[^/]+)`)
  return new RegExp(`^${source}$`, 'u')
}

function decoded(parameters: Parameters): Parameters {
  const entries = Object.entries(parameters).map(([name, value]) => {
    let text: string
    try {
      text = decodeURIComponent(value)
    } catch (cause) {
      throw new Refusal('invalid', 'The path is not percent-encoded UTF-8.', { cause })
    }
    const isNamed = name === 'study' || name === 'series' || name === 'instance'
    if (isNamed && !isUid(text)) throw new Refusal('invalid', `The ${name} is named by what is no UID.`)
    return [name, text] as const
  })
  return Object.fromEntries(entries)
}
