import { InvalidArgumentError } from 'commander'

/** A file that is kept, which the output is not: `-` would be one of that name. */
export function parseOutputFile(value: string): string {
  if (value !== '-') return value
  throw new InvalidArgumentError('It has to be a file: the output is none, and one of that name is written ./-')
}
