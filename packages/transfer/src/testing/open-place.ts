import { Store } from '@gantry/core'
import { fs } from '@gantry/fs'
import { s3, type S3Options } from '@gantry/s3'

import { type FolderParcels, folderParcels } from './folder-parcels.ts'

/** A store that another process can open too. */
export type Place = { readonly folder: string } | { readonly s3: S3Options } | { readonly inParcels: FolderParcels }

export function openPlace(place: Place): Store {
  if ('folder' in place) return new Store(fs({ root: place.folder, durability: 'cache' }))
  if ('inParcels' in place) return new Store(folderParcels(place.inParcels))
  return new Store(s3(place.s3))
}
