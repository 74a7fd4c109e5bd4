import { GantryError, type NewEntry } from '@gantry/core/driver'

import type { Settings } from '../options.ts'
import { modifiedHeader, quote, writeModified } from './entry-of.ts'

/** Headers of a PUT that say what the object is to be, whatever its bytes. */
export function putHeaders(entry: NewEntry, settings: Settings): [string, string][] {
  const headers: [string, string][] = []
  // Always sent, because some services add a type of their own; and signed, because RGW refuses it otherwise.
  headers.push(['content-type', entry.contentType ?? 'application/octet-stream'])
  if (entry.contentEncoding !== undefined) headers.push(['content-encoding', entry.contentEncoding])
  for (const [name, value] of Object.entries(metadataOf(entry))) headers.push([`x-amz-meta-${name}`, value])
  const tier = entry.tier ?? settings.storageClass
  if (tier !== undefined) headers.push(['x-amz-storage-class', tier])
  if (settings.serverSideEncryption !== undefined) {
    headers.push(['x-amz-server-side-encryption', settings.serverSideEncryption])
  }
  if (entry.retainUntil !== undefined) {
    headers.push(['x-amz-object-lock-mode', lockModeOf(settings)])
    headers.push(['x-amz-object-lock-retain-until-date', new Date(entry.retainUntil).toISOString()])
  }
  if (entry.ifAbsent === true) headers.push(['if-none-match', '*'])
  else if (entry.ifVersion !== undefined) headers.push(['if-match', quote(entry.ifVersion)])
  return headers
}

/** User metadata: time of last change, and the SHA-256 that whoever wrote it knew, for whoever reads it otherwise. */
export function metadataOf(entry: NewEntry): Record<string, string> {
  const metadata: Record<string, string> = {}
  if (entry.modified !== undefined) metadata[modifiedHeader.slice('x-amz-meta-'.length)] = writeModified(entry.modified)
  if (entry.digests?.sha256 !== undefined) metadata['sha256'] = entry.digests.sha256
  return metadata
}

export function lockModeOf(settings: Settings): 'GOVERNANCE' | 'COMPLIANCE' {
  if (settings.retention === undefined) {
    throw new GantryError('unsupported', 'This store retains nothing: give the option "retention" if the bucket can.')
  }
  return settings.retention === 'governance' ? 'GOVERNANCE' : 'COMPLIANCE'
}
