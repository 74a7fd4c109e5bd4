/** What requests ask for, in the words of the JSON API; `media` are an object's bytes, `multipart` the XML API's. */
export const gcsOperations = [
  'buckets.list',
  'buckets.insert',
  'buckets.get',
  'buckets.patch',
  'buckets.delete',
  'objects.list',
  'objects.get',
  'objects.media',
  'objects.insert',
  'objects.patch',
  'objects.update',
  'objects.delete',
  'objects.compose',
  'objects.rewrite',
  'objects.copy',
  'uploads.start',
  'uploads.put',
  'uploads.cancel',
  'multipart.start',
  'multipart.part',
  'multipart.parts',
  'multipart.complete',
  'multipart.abort',
  'multipart.list',
] as const

export type GcsOperation = (typeof gcsOperations)[number]

interface Asked {
  readonly method: string
  readonly api: 'json' | 'xml' | 'retry-test'
  readonly upload: boolean
  readonly bucket: string
  readonly object: string
  readonly action: string
  readonly query: URLSearchParams
  readonly headers: ReadonlyMap<string, string>
}

export function operationOf(asked: Asked): GcsOperation | undefined {
  if (asked.api === 'xml') return xmlOperation(asked)
  if (asked.api === 'retry-test') return undefined
  return asked.upload ? uploadOperation(asked) : jsonOperation(asked)
}

function jsonOperation({ method, bucket, object, action, query }: Asked): GcsOperation | undefined {
  if (bucket === '') return ({ GET: 'buckets.list', POST: 'buckets.insert' } as const)[method]
  if (object !== '') {
    if (method === 'GET' || method === 'HEAD') return query.get('alt') === 'media' ? 'objects.media' : 'objects.get'
    if (action === 'compose') return 'objects.compose'
    if (action === 'rewriteTo') return 'objects.rewrite'
    if (action === 'copyTo') return 'objects.copy'
    return ({ PATCH: 'objects.patch', PUT: 'objects.update', DELETE: 'objects.delete' } as const)[method]
  }
  if (action === 'objects') return method === 'GET' ? 'objects.list' : undefined
  if (action !== '') return undefined
  return ({ GET: 'buckets.get', PATCH: 'buckets.patch', PUT: 'buckets.patch', DELETE: 'buckets.delete' } as const)[
    method
  ]
}

function uploadOperation({ method, query }: Asked): GcsOperation | undefined {
  if (query.has('upload_id'))
    return ({ PUT: 'uploads.put', POST: 'uploads.put', DELETE: 'uploads.cancel' } as const)[method]
  if (method !== 'POST' && method !== 'PUT') return undefined
  return query.get('uploadType') === 'resumable' ? 'uploads.start' : 'objects.insert'
}

function xmlOperation({ method, bucket, object, query }: Asked): GcsOperation | undefined {
  if (bucket === '') return undefined
  if (object === '') return method === 'GET' && query.has('uploads') ? 'multipart.list' : undefined
  if (query.has('uploadId')) {
    const part = query.has('partNumber') ? 'multipart.part' : undefined
    return ({ GET: 'multipart.parts', PUT: part, POST: 'multipart.complete', DELETE: 'multipart.abort' } as const)[
      method
    ]
  }
  if (query.has('uploads')) return method === 'POST' ? 'multipart.start' : undefined
  return (
    {
      GET: 'objects.media',
      HEAD: 'objects.media',
      PUT: 'objects.insert',
      DELETE: 'objects.delete',
    } as const
  )[method]
}
