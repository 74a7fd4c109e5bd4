import { attributesOf, type DataSet, itemsOf, tagOfKeyword } from '@gantry/dicom'

/** The values of one data set by keyword; numbers are numbers, and what is none is absent. */
export interface DicomValues {
  text(keyword: string): string | undefined
  texts(keyword: string): readonly string[]
  number(keyword: string): number | undefined
  /** As many as asked for, or `undefined`. */
  numbers(keyword: string, count: number): readonly number[] | undefined
  items(keyword: string): readonly DicomValues[]
  /** The first item of a sequence that has but one. */
  item(keyword: string): DicomValues | undefined
}

export function dicomValuesOf(dataSet: DataSet): DicomValues {
  // Of every frame of a large image there is an item: they are taken apart once.
  const sequences = new Map<string, readonly DicomValues[]>()
  const texts = (keyword: string): readonly string[] => {
    const element = elementOf(dataSet, keyword)
    // `attributesOf` reads the character set too.
    const text =
      element === undefined ? undefined : attributesOf([...characterSet(dataSet), element], [keyword])[keyword]
    return text === undefined ? [] : text.split('\\')
  }
  const values: DicomValues = {
    texts,
    text: (keyword) => texts(keyword)[0]?.trim() || undefined,
    number: (keyword) => numberOf(texts(keyword)[0]),
    numbers(keyword, count) {
      const found = texts(keyword).map(numberOf)
      return found.length >= count && found.every((value) => value !== undefined) ? found.slice(0, count) : undefined
    },
    items(keyword) {
      const known = sequences.get(keyword)
      if (known !== undefined) return known
      const element = elementOf(dataSet, keyword)
      const items = element === undefined ? [] : itemsOf(element).map(dicomValuesOf)
      sequences.set(keyword, items)
      return items
    },
    item: (keyword) => values.items(keyword)[0],
  }
  return values
}

function elementOf(dataSet: DataSet, keyword: string) {
  const tag = tagOfKeyword(keyword)
  return dataSet.find((element) => element.tag === tag)
}

function characterSet(dataSet: DataSet): DataSet {
  return dataSet.filter((element) => element.tag === 0x00080005)
}

function numberOf(text: string | undefined): number | undefined {
  const number = text === undefined || text.trim() === '' ? Number.NaN : Number(text)
  return Number.isFinite(number) ? number : undefined
}
