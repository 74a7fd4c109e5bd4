import { defined, isRecord } from '../record.ts'
import { toMaterial } from './convert-colour.ts'
import { toTransform } from './convert-space.ts'

/** A geometry: position, rotation and a scale for all axes become one matrix. */
export function toGeometry(value: unknown): unknown {
  if (!isRecord(value)) return value
  const { position, rotation, scale, material, ...rest } = value
  const placed = [position, rotation, scale].some((part) => part !== undefined)
  return defined({
    source: null,
    ...rest,
    material: toMaterial(material),
    transform: placed ? toTransform(position, rotation, scale) : undefined,
  })
}
