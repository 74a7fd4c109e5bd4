import { InvalidArgumentError } from 'commander'

/** For options that may be repeated. */
export function collect(value: string, previous: readonly string[] | undefined): string[] {
  return [...(previous ?? []), value]
}

/** For options that may be repeated, or given once with commas. */
export function split(value: string, previous: readonly string[] | undefined): string[] {
  return [...(previous ?? []), ...refuseNone(value.split(',').filter((part) => part !== ''))]
}

/** An option with nothing in it, such as that of a variable which is not set, would otherwise narrow to nothing, or not at all. */
export function refuseNone(parts: readonly string[]): readonly string[] {
  if (parts.length === 0) throw new InvalidArgumentError('It is empty.')
  return parts
}
