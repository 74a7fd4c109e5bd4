import { isRecord, type JsonRecord } from '../record.ts'

/** `{ x, y, z }` as `[x, y, z]`; anything else unchanged. */
export function toPoint(value: unknown): unknown {
  return isPoint(value) ? [value.x, value.y, value.z] : value
}

export function isPoint(value: unknown): value is JsonRecord & { x: number; y: number; z: number } {
  return isRecord(value) && [value['x'], value['y'], value['z']].every((n) => typeof n === 'number')
}

/** `{ start, end }`, any two opposite corners, as the lower and the upper one. */
export function toBox(value: unknown): unknown {
  if (!isRecord(value)) return value
  const { start, end, ...rest } = value
  if (!isPoint(start) || !isPoint(end)) return value
  return {
    ...rest,
    min: [Math.min(start.x, end.x), Math.min(start.y, end.y), Math.min(start.z, end.z)],
    max: [Math.max(start.x, end.x), Math.max(start.y, end.y), Math.max(start.z, end.z)],
  }
}

/**
 * Scale, then turn, then move, as one matrix. The rotation's angles are radians about the axes x, y and z, of which z's
 * comes first (three.js calls this order `XYZ`).
 */
export function toTransform(position: unknown, rotation: unknown, scale: unknown): unknown {
  const [move, turn, factor] = [position ?? origin, rotation ?? origin, scale ?? 1]
  if (!isPoint(move) || !isPoint(turn) || typeof factor !== 'number') return null
  const [a, b] = [Math.cos(turn.x), Math.sin(turn.x)]
  const [c, d] = [Math.cos(turn.y), Math.sin(turn.y)]
  const [e, f] = [Math.cos(turn.z), Math.sin(turn.z)]
  const rows = [
    [c * e, -c * f, d, move.x],
    [a * f + b * e * d, a * e - b * f * d, -b * c, move.y],
    [b * f - a * e * d, b * e + a * f * d, a * c, move.z],
  ]
  const values = rows.flatMap(([x = 0, y = 0, z = 0, t = 0]) => [x * factor, y * factor, z * factor, t])
  // JSON has no -0.
  return [...values.map((value) => value + 0), 0, 0, 0, 1]
}

const origin = { x: 0, y: 0, z: 0 }
