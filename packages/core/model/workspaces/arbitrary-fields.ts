import * as fc from 'fast-check'

/** Any number that JSON can keep: it writes -0 as 0. */
export const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value))
export const unit = fc.double({ min: 0, max: 1, noNaN: true }).map((value) => (value === 0 ? 0 : value))
export const flag = fc.boolean()
export const point = fc.tuple(number, number, number)
export const matrix = fc.array(number, { minLength: 16, maxLength: 16 })
export const uid = fc.constantFrom('1', '1.2.840.10008.1.2', '2.25.1')
export const arbitraryName = fc.string({ unit: 'grapheme', maxLength: 12 })
export const arbitraryId = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 })

/** Any JSON, with keys of any kind but those that are refused. */
const json = fc
  .jsonValue({ maxDepth: 2, noUnicodeString: false })
  .map((value) => JSON.parse(JSON.stringify(value).replaceAll(/__proto__|constructor|prototype/gu, 'key')) as unknown)

/** Unknown fields: their names are none that a schema has, or will have. */
const unknownFields = fc.dictionary(
  fc.string({ unit: 'grapheme', maxLength: 4 }).map((key) => `x-${key}`),
  json,
  { maxKeys: 1, noNullPrototype: true },
)

type Fields = Readonly<Record<string, fc.Arbitrary<unknown>>>

/** An object with all of the first fields, some of the second, and unknown ones. */
export function loose(required: Fields, optional: Fields = {}): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  const known = fc.record({ ...required, ...optional }, { requiredKeys: Object.keys(required), noNullPrototype: true })
  return fc.tuple(known, unknownFields).map(([fields, unknown]) => ({ ...fields, ...unknown }))
}

export const colour = fc.oneof(
  fc.constantFrom('#ff0000', 'red', 'rgb(1 2 3)'),
  fc.tuple(unit, unit, unit),
  fc.tuple(unit, unit, unit, unit),
)

export const window = loose(
  { center: number, width: fc.double({ min: 1e-3, max: 1e6, noNaN: true }) },
  { function: fc.constantFrom('linear', 'linear_exact', 'sigmoid') },
)

const band = loose({ from: number, to: number, colour }, { name: arbitraryName, colourEnd: colour, disabled: flag })

export const colormap = fc.oneof(
  loose({ kind: fc.constant('named'), name: arbitraryName }),
  loose({ kind: fc.constant('linear'), colour }, { name: arbitraryName, colourEnd: colour }),
  loose({ kind: fc.constant('materials'), materials: fc.array(band, { maxLength: 3 }) }, { name: arbitraryName }),
  loose(
    { kind: fc.constant('bitmap') },
    { url: fc.constantFrom('/a.png', 'https://a.example/b.png?size=2'), colour, colourEnd: colour },
  ),
)
