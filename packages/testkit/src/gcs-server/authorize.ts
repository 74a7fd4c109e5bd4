import { GcsError } from './protocol/gcs-error.ts'
import type { GcsRequest } from './protocol/gcs-request.ts'
import type { GcsOperation } from './protocol/operation.ts'
import { isSigned, verifySignature } from './protocol/signed-url.ts'
import type { GcsWorld } from './state/gcs-world.ts'

/** What each operation needs. Chunks of resumable uploads need nothing but the URI that `uploads.start` gave. */
const permissions: Readonly<Record<GcsOperation, string | undefined>> = {
  'buckets.list': 'storage.buckets.list',
  'buckets.insert': 'storage.buckets.create',
  'buckets.get': 'storage.buckets.get',
  'buckets.patch': 'storage.buckets.update',
  'buckets.delete': 'storage.buckets.delete',
  'objects.list': 'storage.objects.list',
  'objects.get': 'storage.objects.get',
  'objects.media': 'storage.objects.get',
  'objects.insert': 'storage.objects.create',
  'objects.patch': 'storage.objects.update',
  'objects.update': 'storage.objects.update',
  'objects.delete': 'storage.objects.delete',
  'objects.compose': 'storage.objects.create',
  'objects.rewrite': 'storage.objects.create',
  'objects.copy': 'storage.objects.create',
  'uploads.start': 'storage.objects.create',
  'uploads.put': undefined,
  'uploads.cancel': undefined,
  'multipart.start': 'storage.multipartUploads.create',
  'multipart.part': 'storage.multipartUploads.create',
  'multipart.parts': 'storage.multipartUploads.listParts',
  'multipart.complete': 'storage.multipartUploads.create',
  'multipart.abort': 'storage.multipartUploads.abort',
  'multipart.list': 'storage.multipartUploads.list',
}

const ofAnyone: ReadonlySet<string> = new Set(['storage.objects.get', 'storage.objects.list'])

/** Refuses who may not do it, in the words that Google uses. */
export function authorize(world: GcsWorld, request: GcsRequest, operation: GcsOperation): void {
  if (isSigned(request)) {
    verifySignature(world, request)
    return
  }
  const permission = permissions[operation]
  if (world.tokens === undefined || permission === undefined) return
  const [, token] = /^Bearer (.+)$/u.exec(request.headers.get('authorization') ?? '') ?? []
  const isPublic = ofAnyone.has(permission) && world.buckets.get(request.bucket)?.public === true
  if (token === undefined) {
    if (!isPublic) throw refusal('anonymous', 'Anonymous caller', permission)
    return
  }
  const known = world.tokens.get(token)
  if (known === undefined) throw new GcsError('authError')
  if (!isPublic && known.permissions !== undefined && !known.permissions.includes(permission)) {
    throw refusal('forbidden', 'somebody@example.iam.gserviceaccount.com', permission)
  }
}

function refusal(kind: 'anonymous' | 'forbidden', who: string, permission: string): GcsError {
  return new GcsError(kind, {
    message: `${who} does not have ${permission} access to the Google Cloud Storage object. Permission '${permission}' denied on resource (or it may not exist).`,
  })
}
