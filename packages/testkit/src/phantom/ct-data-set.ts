import type { ImageIdentity } from '@gantry/core'
import type { DataSet, Value } from './data-set.ts'
import { type Geometry, inMillimetres, planeOrigin, sliceOrigin } from './geometry.ts'
import { rescaleIntercept } from './render-slice.ts'

export interface CtInstance {
  readonly image: ImageIdentity
  readonly frameOfReferenceUID: string
  readonly geometry: Geometry
  /** All counted from 0. */
  readonly study: number
  readonly series: number
  readonly slice: number
  readonly pixelData: Value
}

const firstDay = Date.UTC(2020, 0, 1)
const dayLength = 86_400_000

/** CT Image Storage (PS3.3 A.3): every type 1 and 2 attribute of its modules, and those that viewers like to have. */
export function ctDataSet(instance: CtInstance): DataSet {
  return [...identity(instance), ...equipment(instance), ...plane(instance), ...pixels(instance)]
}

function identity({ image, frameOfReferenceUID, study, series, slice }: CtInstance): DataSet {
  const date = new Date(firstDay + study * dayLength).toISOString().slice(0, 10).replaceAll('-', '')
  const number = String(study + 1).padStart(4, '0')
  const seriesTime = timeOf(8 * 3600 + (series % 600) * 60)
  const imageTime = timeOf(8 * 3600 + (series % 600) * 60 + (slice % 3600))
  return [
    [0x00080005, 'CS', 'ISO_IR 100'],
    [0x00080008, 'CS', ['ORIGINAL', 'PRIMARY', 'AXIAL']],
    [0x00080012, 'DA', date],
    [0x00080013, 'TM', imageTime],
    [0x00080016, 'UI', image.sopClassUID],
    [0x00080018, 'UI', image.sopInstanceUID],
    [0x00080020, 'DA', date],
    [0x00080021, 'DA', date],
    [0x00080022, 'DA', date],
    [0x00080023, 'DA', date],
    [0x00080030, 'TM', '080000'],
    [0x00080031, 'TM', seriesTime],
    [0x00080032, 'TM', imageTime],
    [0x00080033, 'TM', imageTime],
    [0x00080050, 'SH', `PHANTOM${number}`],
    [0x00080060, 'CS', 'CT'],
    [0x00080090, 'PN', ''],
    [0x00081030, 'LO', 'Synthetic chest'],
    [0x0008103e, 'LO', `Phantom axial ${series + 1}`],
    [0x00100010, 'PN', `Phantom^Synthetic ${number}`],
    [0x00100020, 'LO', `GANTRY-PHANTOM-${number}`],
    [0x00100030, 'DA', ''],
    [0x00100040, 'CS', 'O'],
    [0x00100200, 'CS', 'YES'],
    [0x00104000, 'LT', 'Computed from ellipsoids; not a person.'],
    [0x0020000d, 'UI', image.studyInstanceUID],
    [0x0020000e, 'UI', image.seriesInstanceUID],
    [0x00200010, 'SH', `P${number}`],
    [0x00200011, 'IS', series + 1],
    [0x00200012, 'IS', 1],
    [0x00200013, 'IS', slice + 1],
    [0x00200052, 'UI', frameOfReferenceUID],
    [0x00201040, 'LO', ''],
  ]
}

function equipment({ series }: CtInstance): DataSet {
  return [
    [0x00080070, 'LO', 'Gantry'],
    [0x00081090, 'LO', 'Phantom'],
    [0x00180015, 'CS', 'CHEST'],
    [0x00180060, 'DS', 120],
    [0x00181020, 'LO', '1'],
    [0x00181030, 'LO', 'Synthetic chest'],
    [0x00181120, 'DS', 0],
    [0x00181130, 'DS', 150],
    [0x00181140, 'CS', 'CW'],
    [0x00181150, 'IS', 500],
    [0x00181151, 'IS', 200],
    [0x00181152, 'IS', 100],
    [0x00181210, 'SH', `B${30 + (series % 40)}`],
    [0x00185100, 'CS', 'HFS'],
  ]
}

function plane({ geometry, slice }: CtInstance): DataSet {
  const spacing = inMillimetres(geometry.pixelSpacing)
  const thickness = inMillimetres(geometry.sliceSpacing)
  const origin = inMillimetres(planeOrigin(geometry))
  const z = inMillimetres(sliceOrigin(geometry, slice))
  return [
    [0x00180050, 'DS', thickness],
    [0x00180088, 'DS', thickness],
    [0x00181100, 'DS', '400'],
    [0x00200032, 'DS', [origin, origin, z]],
    [0x00200037, 'DS', [1, 0, 0, 0, 1, 0]],
    [0x00201041, 'DS', z],
    [0x00280030, 'DS', [spacing, spacing]],
  ]
}

function pixels({ geometry, pixelData }: CtInstance): DataSet {
  const encapsulated = typeof pixelData === 'object' && 'fragments' in pixelData
  return [
    [0x00280002, 'US', 1],
    [0x00280004, 'CS', 'MONOCHROME2'],
    [0x00280010, 'US', geometry.size],
    [0x00280011, 'US', geometry.size],
    [0x00280100, 'US', 16],
    [0x00280101, 'US', 16],
    [0x00280102, 'US', 15],
    [0x00280103, 'US', 1],
    [0x00281050, 'DS', [40, -600]],
    [0x00281051, 'DS', [400, 1500]],
    [0x00281052, 'DS', rescaleIntercept],
    [0x00281053, 'DS', 1],
    [0x00281054, 'LO', 'HU'],
    [0x00281055, 'LO', ['SOFT TISSUE', 'LUNG']],
    [0x7fe00010, encapsulated ? 'OB' : 'OW', pixelData],
  ]
}

function timeOf(seconds: number): string {
  const parts = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60]
  return parts.map((part) => String(part).padStart(2, '0')).join('')
}
