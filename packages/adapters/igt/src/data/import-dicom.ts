import { randomUUID } from 'node:crypto'

import { type Bytes, type Call, checkPath, toCall } from '@gantry/core/driver'

import { operations } from '../api/operations.ts'
import type { IgtInstitute } from '../api/schemas.ts'
import type { IgtCloud } from '../cloud.ts'
import { forStorage } from '../store/uploads.ts'
import { DataStores, type OpenData } from './data-stores.ts'

/** A DICOM file that is to be sorted into the studies of an institute. */
export interface ImportedFile {
  /** Relative path; no two of an import the same. */
  readonly name: string
  readonly size: number
  readonly body: Bytes
}

export interface ImportPlace {
  readonly cloud: IgtCloud
  readonly institute: Pick<IgtInstitute, 'id' | 's3Prefix'>
  /** Opens the storage behind the cloud: an S3 store. */
  readonly openData: OpenData
}

/** Where an institute takes files that the cloud sorts itself. */
const inbox = 'Import/'

/**
 * Puts DICOM files into a folder of their own below the institute's `Import/`, and asks the cloud, after each, to sort it into
 * studies by what its header says; the cloud does so when it comes to it. Answers how many were put.
 */
export async function importDicom(
  { cloud, institute, openData }: ImportPlace,
  files: AsyncIterable<ImportedFile> | Iterable<ImportedFile>,
  call: Call = toCall(),
): Promise<number> {
  const own = `${randomUUID()}/`
  const base = institute.s3Prefix.endsWith('/') ? institute.s3Prefix : `${institute.s3Prefix}/`
  const data = new DataStores(cloud.session, openData, cloud.now)
  let count = 0
  try {
    for await (const { name, size, body } of files) {
      const path = checkPath(name)
      await data.use(`${base}${inbox}${own}`, 'PUT', call, async (driver) => {
        await driver.write?.(forStorage({ path, size }, driver), body, call)
      })
      const told = { hospitalId: institute.id, uploadedPath: `${own}${path}`, isPrefix: true }
      await cloud.ask(operations.updateDatabase, { body: told }, call)
      count += 1
    }
    return count
  } finally {
    await data.close()
  }
}
