import { InvalidArgumentError } from 'commander'

/** A file that is kept, which the output is not: `-` would be one of that name. */
export function parseKeptFile(value: string): string {
  if (value !== '-') return value
  throw new InvalidArgumentError('This cannot be the output (-): name a file. One that is called - is written ./-')
}
