import { isLoopback } from './loopback.ts'

/**
 * Where something of a service is, in one spelling, for `StoreDriver.location`: names of this machine are one name, and
 * by which protocol it is spoken to does not count. `within` is a bucket, and what is below it.
 */
export function serviceLocation(endpoint: string, within: string): string {
  const url = new URL(endpoint)
  const port = url.port === '' ? '' : `:${url.port}`
  const host = isLoopback(url.hostname) || url.hostname.endsWith('.localhost') ? 'localhost' : url.hostname
  return `service://${host}${port}${url.pathname.replace(/\/+$/u, '')}/${within.replace(/\/+$/u, '')}`
}
