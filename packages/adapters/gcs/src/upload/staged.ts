import { randomBytes } from 'node:crypto'

import { GantryError, type Upload, utf8Length } from '@gantry/core/driver'

import type { Service } from '../service/service.ts'

/** Below the prefix of the store: what is whole, and not yet at its own name. */
export const stagedFolder = '.gantry-staged/'
/** Metadata of what was put in its place, which tells a repeated call that this was its own doing. */
export const stageKey = 'gantry-upload'
const longestName = 1024

/** Where an upload in parts goes. */
export interface Place {
  /** Name in the bucket. */
  readonly key: string
  /** The service's own name for the upload; empty where its parts are one object already. */
  readonly uploadId: string
  /** Set where the object must be put in its place, by a copy that holds to a condition. */
  readonly stage: string | undefined
}

export function isStaged(path: string): boolean {
  return path.startsWith(stagedFolder) || path.includes(`/${stagedFolder}`)
}

export function newStage(service: Service, path: string): { readonly stage: string; readonly key: string } {
  const stage = randomBytes(8).toString('hex')
  const key = stagedKey(service, path, stage)
  if (utf8Length(key) > longestName) {
    throw new GantryError('invalid', 'The path is too long for an upload in parts that holds to a condition.')
  }
  return { stage, key }
}

function stagedKey(service: Service, path: string, stage: string): string {
  return `${service.settings.prefix}${stagedFolder}${stage}/${path}`
}

export function idOf(stage: string | undefined, uploadId: string): string {
  return stage === undefined ? uploadId : `staged:${stage}:${uploadId}`
}

export function placeOf(service: Service, { path, id }: Upload): Place {
  const [, stage, uploadId = ''] = /^staged:([0-9a-f]{16}):(.*)$/su.exec(id) ?? []
  if (stage === undefined) return { key: service.keyOf(path), uploadId: id, stage }
  return { key: stagedKey(service, path, stage), uploadId, stage }
}

/** The other way round: the upload of which a name in the bucket tells. */
export function uploadOfKey(service: Service, key: string, uploadId: string): Upload | undefined {
  const { prefix } = service.settings
  if (!key.startsWith(prefix)) return undefined
  const path = key.slice(prefix.length)
  if (!path.startsWith(stagedFolder)) return isStaged(path) ? undefined : { path, id: uploadId }
  const [, stage, own] = /^([0-9a-f]{16})\/(.+)$/su.exec(path.slice(stagedFolder.length)) ?? []
  return stage === undefined || own === undefined ? undefined : { path: own, id: idOf(stage, uploadId) }
}
