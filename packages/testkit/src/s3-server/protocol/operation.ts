/** Every operation the server knows, by `method level subresource`; what is not here is answered NotImplemented. */
const operations = {
  'GET service': 'ListBuckets',
  'PUT bucket': 'CreateBucket',
  'HEAD bucket': 'HeadBucket',
  'DELETE bucket': 'DeleteBucket',
  'GET bucket': 'ListObjects',
  'GET bucket list-type': 'ListObjectsV2',
  'GET bucket versions': 'ListObjectVersions',
  'GET bucket uploads': 'ListMultipartUploads',
  'GET bucket location': 'GetBucketLocation',
  'PUT bucket versioning': 'PutBucketVersioning',
  'GET bucket versioning': 'GetBucketVersioning',
  'PUT bucket cors': 'PutBucketCors',
  'GET bucket cors': 'GetBucketCors',
  'DELETE bucket cors': 'DeleteBucketCors',
  'PUT bucket object-lock': 'PutObjectLockConfiguration',
  'GET bucket object-lock': 'GetObjectLockConfiguration',
  'POST bucket delete': 'DeleteObjects',
  'OPTIONS bucket': 'Preflight',
  'OPTIONS key': 'Preflight',
  'PUT key': 'PutObject',
  'PUT key copy': 'CopyObject',
  'GET key': 'GetObject',
  'HEAD key': 'HeadObject',
  'DELETE key': 'DeleteObject',
  'GET key attributes': 'GetObjectAttributes',
  'PUT key tagging': 'PutObjectTagging',
  'GET key tagging': 'GetObjectTagging',
  'DELETE key tagging': 'DeleteObjectTagging',
  'PUT key retention': 'PutObjectRetention',
  'GET key retention': 'GetObjectRetention',
  'PUT key legal-hold': 'PutObjectLegalHold',
  'GET key legal-hold': 'GetObjectLegalHold',
  'POST key restore': 'RestoreObject',
  'POST key uploads': 'CreateMultipartUpload',
  'PUT key uploadId': 'UploadPart',
  'PUT key uploadId copy': 'UploadPartCopy',
  'GET key uploadId': 'ListParts',
  'POST key uploadId': 'CompleteMultipartUpload',
  'DELETE key uploadId': 'AbortMultipartUpload',
} as const

export type S3Operation = (typeof operations)[keyof typeof operations]

const byRoute: ReadonlyMap<string, S3Operation> = new Map(Object.entries(operations))

/** The query parameters that choose an operation, known to the server or not. */
const subresources = [
  'list-type',
  'versions',
  'uploads',
  'uploadId',
  'location',
  'versioning',
  'cors',
  'object-lock',
  'delete',
  'attributes',
  'tagging',
  'retention',
  'legal-hold',
  'accelerate',
  'acl',
  'analytics',
  'encryption',
  'intelligent-tiering',
  'inventory',
  'lifecycle',
  'logging',
  'metrics',
  'notification',
  'ownershipControls',
  'policy',
  'policyStatus',
  'publicAccessBlock',
  'replication',
  'requestPayment',
  'restore',
  'select',
  'torrent',
  'website',
] as const

export interface Route {
  readonly method: string
  readonly bucket: string
  readonly key: string
  readonly query: ReadonlyMap<string, string>
  readonly copies: boolean
}

export function operationOf(route: Route): S3Operation | undefined {
  const level = route.bucket === '' ? 'service' : route.key === '' ? 'bucket' : 'key'
  if (route.method === 'OPTIONS') return byRoute.get(`OPTIONS ${level}`)
  const words = [route.method, level]
  const subresource = subresources.find((name) => route.query.has(name))
  if (subresource) words.push(subresource)
  if (route.copies) words.push('copy')
  return byRoute.get(words.join(' '))
}
