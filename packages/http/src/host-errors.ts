import { GantryError } from '@gantry/core/driver'

/** A name that nobody knows, and a port where nothing listens, in words of their own; any other error as it is. */
export function sayingHost(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error
  const { code, hostname } = error as Error & { code?: unknown; hostname?: unknown }
  if (code === 'ENOTFOUND' && typeof hostname === 'string') {
    return new GantryError('unavailable', `${hostname} is not a known host.`, { cause: error })
  }
  // Of a name with several addresses, all were tried.
  const [first = error] = error instanceof AggregateError ? (error.errors as unknown[]) : []
  const { address, port } = first as { address?: unknown; port?: unknown }
  if (code !== 'ECONNREFUSED' || typeof address !== 'string') return error
  const where = address.includes(':') ? `[${address}]` : address
  return new GantryError('unavailable', `Nothing listens at ${where}:${String(port)}.`, { cause: error })
}
