import { S3Error } from '../protocol/s3-error.ts'
import { encodePath } from '../protocol/uri.ts'

type Query = ReadonlyMap<string, string>

/** How a listing writes keys: as they are, or percent-encoded where the client asked for it. */
export function keyEncoder(query: Query): (key: string) => string {
  const type = query.get('encoding-type')
  if (type === undefined) return (key) => key
  if (type !== 'url') throw new S3Error('InvalidArgument', { message: 'Invalid Encoding Method specified in Request' })
  return encodePath
}

/** Whether a marker is a common prefix of an earlier page: then all that begins with it has been listed. */
export function isRolledUp(query: Query, marker: string): boolean {
  const prefix = query.get('prefix') ?? ''
  const delimiter = query.get('delimiter') ?? ''
  if (delimiter === '' || !marker.startsWith(prefix)) return false
  const cut = marker.indexOf(delimiter, prefix.length)
  return cut !== -1 && cut + delimiter.length === marker.length
}
