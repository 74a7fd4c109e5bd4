import { GantryError, type Source, sourceSchema } from '@gantry/core'

import type { Volume } from '../workspace/volume.ts'
import { type DigestOptions, digestFiles } from './digest-files.ts'

const series = /^(https?:\/\/.+)\/studies\/([0-9.]{1,64})\/series\/([0-9.]{1,64})\/?$/u

/**
 * A URL as the source of a volume: a DICOMweb series (PS3.18 8.3), the volume's one file, or a store that has its files
 * under their names. The files themselves are read for what proves them.
 */
export async function sourceAt(url: string, volume: Volume, reading: Omit<DigestOptions, 'prepare'>): Promise<Source> {
  // What follows a question mark may be a signature, and must not become a part of a path.
  if (/[?#]/u.test(url)) throw noSource()
  const [, root = '', study = '', seriesUID = ''] = series.exec(url) ?? []
  if (root !== '') return checked({ kind: 'dicomweb', root, study, series: seriesUID })
  const { files } = volume
  if (files.length === 0) {
    throw new GantryError('precondition_failed', 'The volume has no bytes here: only a DICOMweb series can be named.')
  }
  const digested = await digestFiles(files, { ...reading, prepare: undefined })
  const slash = url.lastIndexOf('/')
  const single = files.length === 1 && slash > url.indexOf('://') + 2 && slash < url.length - 1
  const entries = digested.map(({ file, size, sha256 }) => ({
    path: single ? decoded(url.slice(slash + 1)) : file.name,
    size,
    digests: { sha256 },
    name: file.name,
  }))
  return checked({ kind: 'entries', store: single ? url.slice(0, slash) : url.replace(/\/$/u, ''), entries })
}

function checked(source: unknown): Source {
  const parsed = sourceSchema.safeParse(source)
  if (parsed.success) return parsed.data
  throw noSource()
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw noSource()
  }
}

/** Without a cause, which would quote the URL: it may hold what it must not. */
function noSource(): GantryError {
  return new GantryError('invalid', 'The URL cannot be a source: it must be plain, without user, token or query.')
}
