import { GantryError } from '@gantry/core'

import { isFromEnvironment } from './config.ts'

/** The options of a remote with every `{ env: 'NAME' }` replaced by that variable, however deep it lies. */
export function resolveOptions(
  options: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string | undefined>>,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).map(([key, value]) => [key, resolveValue(value, env)]))
}

function resolveValue(value: unknown, env: Readonly<Record<string, string | undefined>>): unknown {
  if (isFromEnvironment(value)) {
    const text = env[value.env]
    if (text !== undefined && text !== '') return text
    const message = `The configuration takes a value from the environment variable ${value.env}, which is not set.`
    throw new GantryError('unauthenticated', message)
  }
  if (Array.isArray(value)) return value.map((item) => resolveValue(item, env))
  if (isPlainObject(value)) return resolveOptions(value, env)
  return value
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}
