import { type Call, GantryError, isGantryError, type ErrorCode } from '@gantry/core/driver'

const codes: Readonly<Record<string, ErrorCode>> = {
  ServiceUnavailable: 'read_only',
  Unauthorized: 'permission_denied',
  InvocationCapabilityError: 'permission_denied',
  InsufficientStorage: 'permission_denied',
  AwsError: 'unavailable',
  UploadNotFound: 'not_found',
  BlobNotFound: 'not_found',
  StoreItemNotFound: 'not_found',
  HTTPError: 'unavailable',
  FetchError: 'unavailable',
}

const messages: Partial<Record<ErrorCode, string>> = {
  read_only: 'The service takes no writes any more (ServiceUnavailable): archive to another endpoint, or to CARs.',
  permission_denied: 'The service refuses the key or its proof for this space.',
  unavailable: 'The service could not be reached, or failed.',
}

/** What a client's error means: it is in the causes, by name. */
export function w3upError(error: unknown, call: Call): unknown {
  if (isGantryError(error) || call.signal.aborted) return error
  for (let cause = error; cause instanceof Object; cause = (cause as { cause?: unknown }).cause) {
    const { name, message = '' } = cause as { name?: string; message?: string }
    const code =
      codes[name ?? ''] ?? (/fetch failed|ECONN|socket|upload failed: 5/u.test(message) ? 'unavailable' : undefined)
    if (code !== undefined)
      return new GantryError(code, messages[code] ?? 'The service does not have it.', { cause: error })
    if (/\bServiceUnavailable\b/u.test(message)) return w3upError({ name: 'ServiceUnavailable' }, call)
  }
  return new GantryError('internal', 'The service answered with an error that is not known.', { cause: error })
}
