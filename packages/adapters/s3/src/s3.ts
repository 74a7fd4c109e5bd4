import { checkGiven, defineAdapter, GantryError, parseOptions, type StoreDriver } from '@gantry/core/driver'

import { openDriver } from './driver.ts'
import { type S3Options, s3OptionsSchema } from './options.ts'

/** A bucket, or what is below a prefix of it, as a store. */
export function s3(options: S3Options): StoreDriver {
  checkGiven(options, 'an s3 store', { bucket: 'string', prefix: 'string?' })
  const { bucket, prefix = '', ...rest } = options
  const parsed = parseOptions(s3OptionsSchema, rest, 'an s3 store')
  if (!isBucket(bucket)) throw new GantryError('invalid', 'The name of the bucket is malformed.')
  const trimmed = prefix.replace(/^\/+|\/+$/gu, '')
  return openDriver({ ...parsed, bucket, prefix: trimmed === '' ? '' : `${trimmed}/` })
}

/** `s3://bucket/prefix`, the prefix as it is, as the AWS tools take it: nothing in it is percent-decoded. */
export const s3Adapter = defineAdapter({
  scheme: 's3',
  summary: 'Amazon S3 and everything that speaks it: s3://bucket/prefix',
  options: s3OptionsSchema,
  open(url, options) {
    const match = /^s3:\/\/([^/]+)(?:\/(.*))?$/su.exec(url)
    if (match === null) throw new GantryError('invalid', 'An s3 store is named by a URL such as s3://bucket/prefix.')
    return s3({ ...options, bucket: match[1] ?? '', prefix: match[2] ?? '' })
  },
})

/** A name, or the ARN of an access point. */
function isBucket(bucket: unknown): boolean {
  // One that was left out would be named "undefined".
  if (typeof bucket !== 'string') return false
  return /^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/u.test(bucket) || /^arn:[\w+=/,.@:-]{1,2040}$/u.test(bucket)
}
