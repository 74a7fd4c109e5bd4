/** The least of Google's predefined roles that has a permission. */
const roles: Readonly<Record<string, string>> = {
  'storage.objects.get': 'roles/storage.objectViewer',
  'storage.objects.list': 'roles/storage.objectViewer',
  'storage.objects.create': 'roles/storage.objectCreator',
  'storage.objects.delete': 'roles/storage.objectUser',
  'storage.objects.update': 'roles/storage.objectUser',
  'storage.objects.setRetention': 'roles/storage.objectAdmin',
  'storage.objects.overrideUnlockedRetention': 'roles/storage.objectAdmin',
  'storage.multipartUploads.create': 'roles/storage.objectCreator',
  'storage.multipartUploads.abort': 'roles/storage.objectCreator',
  'storage.multipartUploads.listParts': 'roles/storage.objectCreator',
  'storage.multipartUploads.list': 'roles/storage.objectUser',
  'storage.buckets.get': 'roles/storage.legacyBucketReader',
  'iam.serviceAccounts.signBlob': 'roles/iam.serviceAccountTokenCreator',
  'serviceusage.services.use': 'roles/serviceusage.serviceUsageConsumer',
}

/** The role to ask for, where a permission is missing; `undefined` for one that is not known here. */
export function roleOf(permission: string): string | undefined {
  return roles[permission]
}
