import type { Point, Shape, ShapeKind } from '@gantry/core'

/** What is used of an annotation of cornerstone's. */
export interface Annotated {
  readonly annotationUID?: string
  readonly metadata: {
    readonly toolName: string
    readonly FrameOfReferenceUID?: string
    readonly referencedImageId?: string
    readonly viewPlaneNormal?: readonly number[]
    readonly viewUp?: readonly number[]
    readonly cameraFocalPoint?: readonly number[]
  }
  readonly data: {
    readonly label?: string
    readonly text?: string
    readonly handles?: { readonly points?: readonly (readonly number[])[] }
    readonly cachedStats?: Readonly<Record<string, object>>
  }
}

/** The instance that something is drawn on, and the frame, of one that has several. */
export interface DrawnOn {
  readonly sopInstanceUID: string
  readonly frame?: number | undefined
}

/** Tools whose drawings are kept, and what they are in a workspace. */
const kinds: Readonly<Record<string, ShapeKind>> = {
  Length: 'line',
  Angle: 'angle',
  RectangleROI: 'rectangle',
  EllipticalROI: 'ellipse',
  ArrowAnnotate: 'arrow',
}

/** A drawing as a workspace keeps it; `undefined` for one that is not finished, or not kept. */
export function shapeOf(
  annotation: Annotated,
  instanceOf: (imageId: string) => DrawnOn | undefined,
): Shape | undefined {
  const { annotationUID: id, metadata, data } = annotation
  const kind = kinds[metadata.toolName]
  const points = (data.handles?.points ?? []).map(pointOf)
  const wanted = { line: 2, arrow: 2, angle: 3, rectangle: 4, ellipse: 4 }[kind as string]
  if (id === undefined || kind === undefined || points.length !== wanted || points.includes(undefined)) return undefined
  const drawnOn = metadata.referencedImageId === undefined ? undefined : instanceOf(metadata.referencedImageId)
  const label = data.label || data.text
  const measured = measurementOf(kind, data.cachedStats)
  const [position] = points as Point[]
  const normal = pointOf(metadata.viewPlaneNormal)
  return {
    id,
    kind,
    points: points as Point[],
    ...(label !== undefined && label !== '' && { label }),
    ...drawnOn,
    ...(metadata.FrameOfReferenceUID !== undefined && /^[0-9.]{1,64}$/u.test(metadata.FrameOfReferenceUID)
      ? { frameOfReferenceUID: metadata.FrameOfReferenceUID }
      : {}),
    ...(position !== undefined && normal !== undefined && { plane: { position, normal } }),
    ...(measured !== undefined && { measurement: measured }),
    ...(pointOf(metadata.viewUp) !== undefined && { up: pointOf(metadata.viewUp) }),
  }
}

/** The way back; `undefined` for shapes that no tool here draws. */
export function annotationOf(
  shape: Shape,
  imageOf: (drawnOn: DrawnOn & Pick<Shape, 'plane'>) => string | undefined,
  frameOfReferenceOf: (imageId: string) => string | undefined,
): (Annotated & { readonly data: object }) | undefined {
  const [toolName] = Object.entries(kinds).find(([, kind]) => kind === shape.kind) ?? []
  if (toolName === undefined) return undefined
  const { sopInstanceUID, frame, plane } = shape
  const image = sopInstanceUID === undefined ? undefined : imageOf({ sopInstanceUID, frame, plane })
  // Drawings are found by what their image says, be it a UID or not: a shape keeps none that is none.
  const reference = (image === undefined ? undefined : frameOfReferenceOf(image)) ?? shape.frameOfReferenceUID
  const { up } = shape as { readonly up?: unknown }
  return {
    annotationUID: shape.id,
    metadata: {
      toolName,
      ...(reference !== undefined && { FrameOfReferenceUID: reference }),
      ...(image !== undefined && { referencedImageId: image }),
      ...(shape.plane?.normal !== undefined && { viewPlaneNormal: [...shape.plane.normal] }),
      ...(shape.plane?.position !== undefined && { cameraFocalPoint: [...shape.plane.position] }),
      ...(Array.isArray(up) && pointOf(up as number[]) !== undefined && { viewUp: [...(up as number[])] }),
    },
    data: {
      label: shape.label ?? '',
      text: shape.label ?? '',
      handles: {
        points: shape.points.map((point) => [...point]),
        activeHandleIndex: null,
        ...(shape.kind === 'arrow' && { arrowFirst: true }),
        textBox: {
          hasMoved: false,
          worldPosition: [0, 0, 0],
          worldBoundingBox: {
            topLeft: [0, 0, 0],
            topRight: [0, 0, 0],
            bottomLeft: [0, 0, 0],
            bottomRight: [0, 0, 0],
          },
        },
      },
      cachedStats: {},
    } as Annotated['data'],
  }
}

interface Stats {
  readonly length?: unknown
  readonly angle?: unknown
  readonly area?: unknown
  readonly unit?: unknown
  readonly areaUnit?: unknown
  readonly mean?: unknown
}

/** In UCUM; what was measured in pixels, or in seconds of a curve, is no measurement. */
function measurementOf(kind: ShapeKind, cached: Annotated['data']['cachedStats']): Shape['measurement'] {
  for (const stats of Object.values(cached ?? {}) as Stats[]) {
    const [length, area] = [millimetresIn(stats.unit), millimetresIn(stats.areaUnit, 2)]
    if (kind === 'line' && isNumber(stats.length) && length !== undefined) {
      return { value: stats.length * length, unit: 'mm' }
    }
    if (kind === 'angle' && isNumber(stats.angle)) return { value: stats.angle, unit: 'deg' }
    if ((kind === 'rectangle' || kind === 'ellipse') && isNumber(stats.area) && area !== undefined) {
      return { value: stats.area * area, unit: 'mm2' }
    }
  }
  return undefined
}

/** Of a unit as cornerstone writes it: `mm`, `cm² US Region`, `mm ERMF`; nothing for `px`, for what is no length, or none of the patient. */
function millimetresIn(unit: unknown, power: 1 | 2 = 1): number | undefined {
  const [, name = '', square = ''] =
    /^(mm|cm)(\u00B2?)(?: (?:US Region|ERMF|Calibrated|User))?$/u.exec(typeof unit === 'string' ? unit : '') ?? []
  if (name === '' || (square !== '') !== (power === 2)) return undefined
  return (name === 'cm' ? 10 : 1) ** power
}

/** `12.3 mm`: as people read it. */
export function readMeasurement({ measurement, label = '' }: Shape): string {
  if (measurement === undefined) return label
  const unit = { mm2: 'mm²', deg: '°' }[measurement.unit] ?? measurement.unit
  const value = `${measurement.value.toFixed(1)}${unit === '°' ? '' : ' '}${unit}`
  return label === '' ? value : `${label}: ${value}`
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function pointOf(value: readonly number[] | undefined): Point | undefined {
  if (value === undefined || value.length !== 3 || ![...value].every(isNumber)) return undefined
  return [value[0] as number, value[1] as number, value[2] as number]
}
