import { checkGiven, defineAdapter, GantryError, parseOptions, type StoreDriver } from '@gantry/core/driver'
import { isLoopback, isPrivateRoad } from '@gantry/http'

import { openDriver } from './driver.ts'
import { type GcsOptions, gcsOptionsSchema, type Settings } from './options.ts'

const google = 'https://storage.googleapis.com'

/** A bucket, or what is below a prefix of it, as a store. */
export function gcs(options: GcsOptions): StoreDriver {
  checkGiven(options, 'a gs store', { bucket: 'string', prefix: 'string?', environment: 'object?', now: 'function?' })
  const { bucket, prefix = '', environment = process.env, now = Date.now, ...rest } = options
  const parsed = parseOptions(gcsOptionsSchema, rest, 'a gs store')
  if (typeof bucket !== 'string' || !/^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/u.test(bucket)) {
    throw new GantryError('invalid', 'The name of the bucket is malformed.')
  }
  const trimmed = prefix.replace(/^\/+|\/+$/gu, '')
  const url = endpointOf(parsed.endpoint, environment)
  const settings: Settings = {
    ...parsed,
    bucket,
    prefix: trimmed === '' ? '' : `${trimmed}/`,
    endpoint: url.href.replace(/\/+$/u, ''),
    anonymous: parsed.anonymous ?? (isLoopback(url.hostname) && !saysWho(parsed)),
    environment,
    now,
  }
  refuseOpenRoad(settings, url)
  return openDriver(settings)
}

/** `gs://bucket/prefix`, the prefix as it is, as Google's tools take it: nothing in it is percent-decoded. */
export const gcsAdapter = defineAdapter({
  scheme: 'gs',
  summary: 'Google Cloud Storage: gs://bucket/prefix',
  options: gcsOptionsSchema,
  open(url, options) {
    const match = /^gs:\/\/([^/]+)(?:\/(.*))?$/su.exec(url)
    if (match === null) throw new GantryError('invalid', 'A gs store is named by a URL such as gs://bucket/prefix.')
    return gcs({ ...options, bucket: match[1] ?? '', prefix: match[2] ?? '' })
  },
})

/** Emulators are named with or without a scheme. */
function endpointOf(given: string | undefined, environment: Settings['environment']): URL {
  const { STORAGE_EMULATOR_HOST: emulator } = environment
  const named =
    emulator === undefined || emulator === '' || /^https?:/u.test(emulator) ? emulator : `http://${emulator}`
  const url = URL.parse(given ?? (named || google))
  if (url === null || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new GantryError('invalid', 'The endpoint must be a URL such as https://storage.googleapis.com.')
  }
  return url
}

function saysWho({ token, tokens, keyFile }: Pick<Settings, 'token' | 'tokens' | 'keyFile'>): boolean {
  return token !== undefined || tokens !== undefined || keyFile !== undefined
}

/** Tokens and images travel over TLS, or within this machine. */
function refuseOpenRoad({ anonymous }: Settings, url: URL): void {
  if (isPrivateRoad(url) || anonymous === true) return
  throw new GantryError('invalid', 'The endpoint must be reached by https:, because access tokens travel to it.')
}
