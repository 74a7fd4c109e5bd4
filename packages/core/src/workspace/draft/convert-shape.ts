import { defined, isRecord, mapList } from '../record.ts'
import { toPoint } from './convert-space.ts'

/** A shape: `type` is its kind, points are `{ x, y, z }`, and what was measured is a text. */
export function toShape(value: unknown): unknown {
  if (!isRecord(value)) return value
  const { type, points, annotation, ...rest } = value
  const { measurement } = isRecord(annotation) ? annotation : {}
  return defined({
    ...rest,
    kind: type,
    points: mapList(points, toPoint),
    measurement: typeof measurement === 'string' ? toMeasurement(measurement) : undefined,
    annotation: toAnnotation(annotation),
  })
}

/** The measurement's own words stay where they were: they may say more than a number and a unit can. */
function toAnnotation(value: unknown): unknown {
  if (!isRecord(value)) return value
  const { enabled, position, ...rest } = value
  return defined({ ...rest, visible: enabled, position: toPoint(position) })
}

/** Units as people write them, and as UCUM does. */
const units: ReadonlyMap<string, string> = new Map([
  ['mm', 'mm'],
  ['cm', 'cm'],
  ['m', 'm'],
  ['mm2', 'mm2'],
  ['mm²', 'mm2'],
  ['cm2', 'cm2'],
  ['cm²', 'cm2'],
  ['mm3', 'mm3'],
  ['mm³', 'mm3'],
  ['cm3', 'cm3'],
  ['cm³', 'cm3'],
  ['ml', 'mL'],
  ['mL', 'mL'],
  ['°', 'deg'],
  ['deg', 'deg'],
  ['%', '%'],
  ['HU', "[hnsf'U]"],
])

/** `12.5 mm` as a number and a unit; `undefined` for what is not exactly that, a comma among it, which can mean two things. */
export function toMeasurement(text: string): unknown {
  const [, number = '', name = ''] = /^\s*([-+]?\d{1,15}(?:\.\d{1,15})?)\s*([^\s\d]{1,3}\d?)\s*$/u.exec(text) ?? []
  const unit = units.get(name)
  return unit === undefined ? undefined : { value: Number(number) + 0, unit }
}
