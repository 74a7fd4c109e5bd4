import type { Entry } from '@gantry/core'

import { addSize, countOf, formatBytes } from './amounts.ts'
import type { Style } from './style.ts'
import { printable } from './text.ts'

interface Series {
  readonly study: string
  readonly series: string
  readonly modality: string
  readonly date: string
  instances: number
  bytes: number | undefined
}

/** Entries grouped by study and series; what names a patient is left out. */
export class StudyIndex {
  readonly #studies = new Map<string, Map<string, Series>>()
  #others = 0
  #otherBytes = 0

  add({ size, image, attributes }: Entry): void {
    if (image === undefined) {
      this.#others += 1
      this.#otherBytes += size ?? 0
      return
    }
    const { studyInstanceUID: study, seriesInstanceUID: series } = image
    const known = this.#studies.get(study) ?? new Map<string, Series>()
    this.#studies.set(study, known)
    const modality = attributes?.['Modality'] ?? ''
    const date = dateOf(attributes?.['StudyDate'])
    const group: Series = known.get(series) ?? { study, series, modality, date, instances: 0, bytes: 0 }
    known.set(series, group)
    group.instances += 1
    group.bytes = addSize(group.bytes, size)
  }

  toJson(): object[] {
    const series = [...this.#studies.values()].flatMap((known) => [...known.values()])
    return series.map((one) => ({ type: 'series', ...one }))
  }

  /** Lines, each with its end. */
  render(style: Style): string[] {
    const lines: string[] = []
    for (const [study, known] of this.#studies) {
      const all = [...known.values()]
      const instances = all.reduce((sum, one) => sum + one.instances, 0)
      const bytes = all.reduce<number | undefined>((sum, one) => addSize(sum, one.bytes), 0)
      const counts = `${all.length} series, ${countOf(instances, 'instance', 'instances')}`
      const amounts = bytes === undefined ? counts : `${counts}, ${formatBytes(bytes)}`
      lines.push(`${style.bold('Study')} ${printable(study)}\n`, `  ${all[0]?.date || 'no date'}, ${amounts}\n`)
      for (const one of all) {
        const each = one.bytes === undefined ? '' : ` × ${formatBytes(one.bytes / one.instances)}`
        const size = `${String(one.instances).padStart(6)}${each}`
        lines.push(`  ${printable(one.modality || '-').padEnd(4)}${size.padEnd(20)} ${printable(one.series)}\n`)
      }
    }
    if (this.#others > 0)
      lines.push(`${countOf(this.#others, 'other file', 'other files')}, ${formatBytes(this.#otherBytes)}\n`)
    return lines
  }
}

function dateOf(studyDate: string | undefined): string {
  const digits = /^(\d{4})[.:]?(\d{2})[.:]?(\d{2})/u.exec(studyDate ?? '')
  return digits === null ? '' : `${digits[1]}-${digits[2]}-${digits[3]}`
}
