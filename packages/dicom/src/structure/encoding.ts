/** How the elements of a data set are written (PS3.5 7.1). */
export interface Encoding {
  readonly explicit: boolean
  readonly bigEndian: boolean
}

export const implicitLittle: Encoding = { explicit: false, bigEndian: false }
export const explicitLittle: Encoding = { explicit: true, bigEndian: false }
export const explicitBig: Encoding = { explicit: true, bigEndian: true }
