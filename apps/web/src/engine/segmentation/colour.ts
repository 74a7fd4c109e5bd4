export type Colour = readonly [red: number, green: number, blue: number]

/** Far from each other, and from greys. */
const palette: readonly Colour[] = [
  [86, 180, 233],
  [230, 159, 0],
  [0, 190, 140],
  [240, 228, 66],
  [213, 94, 0],
  [204, 121, 167],
  [120, 160, 255],
  [180, 220, 100],
]

/** What a segment recommends (PS3.3 C.10.7.1.1: CIELab, D50), or one of its own. */
export function coloured(lab: readonly number[], index: number): Colour {
  const [l, a, b] = lab
  if (l === undefined || a === undefined || b === undefined) return palette[index % palette.length] as Colour
  const y = ((l / 65_535) * 100 + 16) / 116
  const x = y + ((a / 65_535) * 255 - 128) / 500
  const z = y - ((b / 65_535) * 255 - 128) / 200
  const cube = (t: number) => (t > 6 / 29 ? t ** 3 : 3 * (6 / 29) ** 2 * (t - 4 / 29))
  const [X, Y, Z] = [0.9642 * cube(x), cube(y), 0.8249 * cube(z)]
  // To sRGB, by Bradford's adaptation to D65.
  const linear = [
    3.1338561 * X - 1.6168667 * Y - 0.4906146 * Z,
    -0.9787684 * X + 1.9161415 * Y + 0.033454 * Z,
    0.0719453 * X - 0.2289914 * Y + 1.4052427 * Z,
  ]
  const [red = 0, green = 0, blue = 0] = linear.map((value) => {
    const bounded = Math.max(0, Math.min(1, value))
    return Math.round(255 * (bounded <= 0.0031308 ? 12.92 * bounded : 1.055 * bounded ** (1 / 2.4) - 0.055))
  })
  return [red, green, blue]
}
