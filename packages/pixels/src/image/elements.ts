import { attributesOf, type DataSet, type DicomElement, itemAt, itemsOf, tagOfKeyword } from '@gantry/dicom'

/** Data sets that say something of a frame: the first that has an attribute says what it is. */
export class Elements {
  readonly #dataSets: readonly DataSet[]

  constructor(dataSets: readonly DataSet[]) {
    this.#dataSets = dataSets
  }

  element(keyword: string): DicomElement | undefined {
    const tag = tagOfKeyword(keyword)
    for (const dataSet of this.#dataSets) {
      const found = dataSet.find((element) => element.tag === tag)
      if (found !== undefined && found.length !== 0) return found
    }
    return undefined
  }

  items(keyword: string): readonly DataSet[] {
    const element = this.element(keyword)
    return element?.vr === 'SQ' ? itemsOf(element) : []
  }

  item(keyword: string, index: number): DataSet | undefined {
    const element = this.element(keyword)
    return element?.vr === 'SQ' ? itemAt(element, index) : undefined
  }

  texts(keyword: string): readonly string[] {
    const element = this.element(keyword)
    const text = element === undefined ? undefined : attributesOf([element], [keyword])[keyword]
    return text === undefined ? [] : text.split('\\')
  }

  numbers(keyword: string): readonly number[] {
    return this.texts(keyword).map(Number).filter(Number.isFinite)
  }

  number(keyword: string): number | undefined {
    return this.numbers(keyword)[0]
  }
}

/**
 * What is said of one frame, counted from 1: the data set, before it the functional groups of the frame and those of all
 * frames (PS3.3 C.7.6.16).
 */
export function elementsOfFrame(dataSet: DataSet, frame: number): Elements {
  const whole = new Elements([dataSet])
  const ofFrame = whole.item('PerFrameFunctionalGroupsSequence', frame - 1) ?? []
  const ofAll = whole.item('SharedFunctionalGroupsSequence', 0) ?? []
  const groups = [ofFrame, ofAll].flatMap((group) =>
    ['PixelValueTransformationSequence', 'FrameVOILUTSequence'].flatMap((name) => new Elements([group]).items(name)),
  )
  return new Elements([...groups, dataSet])
}
