import { type DataSet, itemOf } from './data-set.ts'

/** How stored values become what they mean (PS3.3 C.11.1). */
export interface Rescale {
  readonly rescaleIntercept: number
  readonly rescaleSlope: number
  readonly rescaleType: string | undefined
}

/** Windows that the file itself asks for (PS3.3 C.11.2). */
export interface Windows {
  readonly windowCenter: readonly number[]
  readonly windowWidth: readonly number[]
  readonly voiLUTFunction: string | undefined
}

/** Of a frame, counted from 1; nothing where its functional groups do not say it (PS3.3 C.7.6.16.2.9). */
export function rescaleOf(dataSet: DataSet, frame: number): Rescale | undefined {
  const group = groupOf(dataSet, frame, 'x00289145')
  const [rescaleIntercept, rescaleSlope] = [group?.floatString('x00281052'), group?.floatString('x00281053')]
  if (rescaleIntercept === undefined || rescaleSlope === undefined) return undefined
  return { rescaleIntercept, rescaleSlope, rescaleType: group?.string('x00281054') }
}

/** The same (PS3.3 C.7.6.16.2.10). */
export function windowsOf(dataSet: DataSet, frame: number): Windows | undefined {
  const group = groupOf(dataSet, frame, 'x00289132')
  const [windowCenter, windowWidth] = [numbersOf(group, 'x00281050'), numbersOf(group, 'x00281051')]
  if (windowCenter.length === 0 || windowCenter.length !== windowWidth.length) return undefined
  return { windowCenter, windowWidth, voiLUTFunction: group?.string('x00281056') }
}

/** Whether there are tables to be looked up for it: a Modality LUT, or a VOI LUT, which frames may have of their own. */
export function hasTables(dataSet: DataSet, frame: number): boolean {
  const group = groupOf(dataSet, frame, 'x00289132')
  return [itemOf(dataSet, 'x00283000'), itemOf(dataSet, 'x00283010'), itemOf(group, 'x00283010')].some(Boolean)
}

/** VOI LUT Function by name (PS3.3 C.11.2.1.3), where it is one. */
export function voiFunctionOf(name: unknown): 'LINEAR' | 'LINEAR_EXACT' | 'SIGMOID' | undefined {
  return (['LINEAR', 'LINEAR_EXACT', 'SIGMOID'] as const).find((known) => known === name)
}

/** What a frame says for itself goes before what all of them share. */
function groupOf(dataSet: DataSet, frame: number, tag: string): DataSet | undefined {
  return itemOf(itemOf(dataSet, 'x52009230', frame - 1), tag) ?? itemOf(itemOf(dataSet, 'x52009229'), tag)
}

function numbersOf(dataSet: DataSet | undefined, tag: string): number[] {
  const values = dataSet?.string(tag)?.split('\\').map(Number) ?? []
  return values.every(Number.isFinite) ? values : []
}
