/** A part of the body, in millimetres and patient coordinates (x to the left, y to the back, z to the head). */
export interface Part {
  /** Hounsfield units. */
  readonly hounsfield: number
  readonly centre: readonly [x: number, y: number, z: number]
  /** Of the ellipsoid; an infinite third makes it a cylinder. */
  readonly radii: readonly [x: number, y: number, z: number]
  /** Cosine and sine of its turn about z. Exact pairs, because those of an angle are not the same on every machine. */
  readonly turn?: readonly [cosine: number, sine: number]
  /** Only between these. */
  readonly z?: readonly [from: number, to: number]
  /** Only in bands of this height, `slant` lower for each millimetre to the back: ribs, vertebrae. */
  readonly bands?: { readonly period: number; readonly height: number; readonly slant: number }
}

const ribs = { period: 30, height: 11, slant: 0.35 }
const vertebrae = { period: 28, height: 22, slant: 0 }

/** A chest after the manner of Shepp and Logan: later parts lie over earlier ones. */
const chest: readonly Part[] = [
  // Skin, fat, muscle, ribs, and what they enclose.
  { hounsfield: 40, centre: [0, 0, 0], radii: [182, 128, 620] },
  { hounsfield: -100, centre: [0, 0, 0], radii: [179, 125, 610] },
  { hounsfield: 55, centre: [0, 2, 0], radii: [163, 110, 560] },
  { hounsfield: 420, centre: [0, 0, 0], radii: [148, 99, 330], bands: ribs },
  { hounsfield: 35, centre: [0, 0, 0], radii: [140, 91, 320] },
  { hounsfield: 350, centre: [0, -92, 10], radii: [22, 8, 110] },
  // Lungs, with their vessels as ellipsoids turned outwards.
  { hounsfield: -860, centre: [-76, 2, 10], radii: [54, 76, 150] },
  { hounsfield: -860, centre: [76, 2, 10], radii: [54, 76, 150] },
  { hounsfield: 40, centre: [-62, 12, 20], radii: [40, 4, 9], turn: [0.8, 0.6] },
  { hounsfield: 40, centre: [62, 12, 20], radii: [40, 4, 9], turn: [0.8, -0.6] },
  { hounsfield: 35, centre: [-68, 0, -20], radii: [34, 5, 12], turn: [0.96, 0.28] },
  { hounsfield: 35, centre: [68, 0, -20], radii: [34, 5, 12], turn: [0.96, -0.28] },
  // Heart and its chambers, great vessels, windpipe, gullet.
  { hounsfield: 50, centre: [22, -26, -40], radii: [62, 46, 60], turn: [0.8, 0.6] },
  { hounsfield: 180, centre: [38, -18, -44], radii: [26, 17, 34], turn: [0.8, 0.6] },
  { hounsfield: 150, centre: [-6, -34, -36], radii: [22, 16, 32], turn: [0.6, 0.8] },
  { hounsfield: 170, centre: [22, 46, 0], radii: [13, 13, Infinity], z: [-200, 60] },
  { hounsfield: 170, centre: [8, -12, 62], radii: [17, 40, 16], turn: [0.96, -0.28] },
  { hounsfield: -990, centre: [0, 14, 0], radii: [9, 9, Infinity], z: [40, 400] },
  { hounsfield: 20, centre: [6, 34, 0], radii: [7, 5, Infinity] },
  // Liver, spleen, stomach with air above its contents.
  { hounsfield: 65, centre: [-62, -4, -150], radii: [78, 76, 72] },
  { hounsfield: 60, centre: [96, 40, -150], radii: [30, 36, 46], turn: [0.8, -0.6] },
  { hounsfield: 15, centre: [60, -30, -155], radii: [44, 36, 44] },
  { hounsfield: -950, centre: [60, -50, -150], radii: [26, 12, 26] },
  // Spine: discs, vertebrae, canal, arch; shoulder blades.
  { hounsfield: 90, centre: [0, 70, 0], radii: [21, 17, Infinity] },
  { hounsfield: 260, centre: [0, 70, 0], radii: [22, 18, Infinity], bands: vertebrae },
  { hounsfield: 480, centre: [0, 96, 0], radii: [24, 13, Infinity], bands: vertebrae },
  { hounsfield: 15, centre: [0, 93, 0], radii: [9, 8, Infinity] },
  { hounsfield: 400, centre: [0, 112, 0], radii: [4, 9, Infinity], bands: vertebrae },
  { hounsfield: 450, centre: [-104, 74, 100], radii: [36, 5, 70], turn: [0.8, 0.6] },
  { hounsfield: 450, centre: [104, 74, 100], radii: [36, 5, 70], turn: [0.8, -0.6] },
]

/** The chest, with a few nodules in its lungs where `draw` (uniform in 0..1) puts them. */
export function anatomy(draw: () => number): readonly Part[] {
  const nodules = Array.from({ length: 5 }, (_, index): Part => {
    const side = index % 2 === 0 ? -1 : 1
    const radius = 3 + 6 * draw()
    const centre = [side * (60 + 34 * draw()), -40 + 70 * draw(), -60 + 130 * draw()] as const
    return { hounsfield: 20 + Math.floor(80 * draw()), centre, radii: [radius, radius, radius] }
  })
  return [...chest, ...nodules]
}
