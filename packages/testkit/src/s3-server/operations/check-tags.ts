import { S3Error } from '../protocol/s3-error.ts'
import type { Tag } from '../state/version.ts'

/** Throws InvalidTag unless the tags keep within what S3 allows for an object. */
export function checkTags(tags: readonly Tag[]): readonly Tag[] {
  if (tags.length > 10) throw new S3Error('InvalidTag', { message: 'Object tags cannot be greater than 10' })
  if (new Set(tags.map((tag) => tag.key)).size < tags.length) {
    throw new S3Error('InvalidTag', { message: 'Cannot provide multiple Tags with the same key' })
  }
  if (tags.some(({ key, value }) => key === '' || key.length > 128 || value.length > 256)) {
    throw new S3Error('InvalidTag')
  }
  return tags
}
