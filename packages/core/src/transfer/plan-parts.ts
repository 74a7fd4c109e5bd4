import { GantryError } from '../errors/gantry-error.ts'
import type { ResumableAbility } from '../store/abilities.ts'
import type { Part } from '../store/upload.ts'

const mebibyte = 1024 * 1024

/**
 * Divides `size` bytes into parts of one length (the last may be shorter) as the store allows, near `wanted` bytes.
 * Throws `invalid` when the store cannot hold an entry that large.
 */
export function planParts(
  size: number,
  ability: ResumableAbility,
  wanted = 16 * mebibyte,
): { readonly partSize: number; readonly count: number } {
  const { minPartSize, maxPartSize, maxParts } = ability
  let partSize = Math.min(Math.max(wanted, minPartSize), maxPartSize)
  if (Math.ceil(size / partSize) > maxParts) {
    // Whole MiB, because storages and people both prefer them.
    const least = Math.ceil(size / maxParts)
    partSize = Math.ceil(least / mebibyte) * mebibyte
    if (partSize > maxPartSize) partSize = least
  }
  if (partSize > maxPartSize) {
    throw new GantryError('invalid', `The store takes at most ${maxPartSize} bytes x ${maxParts} parts.`)
  }
  return { partSize, count: Math.max(1, Math.ceil(size / partSize)) }
}

/** The parts themselves, in order; an empty entry is one empty part. */
export function cutUpload(size: number, ability: ResumableAbility, wanted?: number): Part[] {
  const { partSize, count } = planParts(size, ability, wanted)
  return Array.from({ length: count }, (_, index) => {
    const offset = index * partSize
    return { number: index + 1, offset, size: Math.min(partSize, size - offset) }
  })
}
