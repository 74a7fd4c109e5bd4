import { GantryError } from '@gantry/core'

import { soundsSecret } from '../places/store-options.ts'
import { UsageError } from '../usage-error.ts'
import { isFromEnvironment } from './config.ts'

/** The options of a remote with every `{ env: 'NAME' }` replaced by that variable, however deep it lies. */
export function resolveOptions(
  options: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string | undefined>>,
): Record<string, unknown> {
  return resolveAll(options, env, false)
}

function resolveAll(
  options: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string | undefined>>,
  secret: boolean,
): Record<string, unknown> {
  const resolved = (key: string, value: unknown) => resolveValue(value, env, secret || soundsSecret(key))
  return Object.fromEntries(Object.entries(options).map(([key, value]) => [key, resolved(key, value)]))
}

function resolveValue(value: unknown, env: Readonly<Record<string, string | undefined>>, secret: boolean): unknown {
  if (isFromEnvironment(value)) {
    const text = env[value.env]
    if (text !== undefined && text !== '') return text
    const message = `The configuration takes a value from the environment variable ${value.env}, which is not set.`
    throw secret ? new GantryError('unauthenticated', message) : new UsageError(message)
  }
  if (Array.isArray(value)) return value.map((item) => resolveValue(item, env, secret))
  if (isPlainObject(value)) return resolveAll(value, env, secret)
  return value
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}
