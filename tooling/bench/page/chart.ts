import type { Figure } from './figure.ts'

/** A bar, in any unit: its length, and the ends of its whisker. */
export interface Bar {
  readonly name: string
  readonly value: number
  readonly least: number
  readonly most: number
  /** Behind the bar. */
  readonly label: string
  readonly own: boolean
}

const width = 720
const left = 190
const right = 150
const rowHeight = 30
const top = 44
const bottom = 16

/** A chart of bars with whiskers, for light and dark pages: a pure function, so that equal figures are equal files. */
export function chart(title: string, axis: string, bars: readonly Bar[]): string {
  const height = top + bars.length * rowHeight + bottom
  const most = Math.max(0, ...bars.flatMap((bar) => [bar.value, bar.most]).filter(Number.isFinite))
  const scale = most > 0 ? (width - left - right) / most : 0
  const x = (value: number) => rounded(left + (Number.isFinite(value) ? value : 0) * scale)
  const rows = bars.map((bar, index) => {
    const y = top + index * rowHeight
    const middle = y + rowHeight / 2
    const whisker =
      bar.least === bar.most
        ? ''
        : `<path class="whisker" d="M${x(bar.least)} ${middle}H${x(bar.most)}M${x(bar.least)} ${middle - 4}v8M${x(bar.most)} ${middle - 4}v8"/>`
    return [
      `<text class="name" x="${left - 8}" y="${middle + 4}" text-anchor="end">${escaped(bar.name)}</text>`,
      `<rect class="${bar.own ? 'own' : 'peer'}" x="${left}" y="${y + 5}" width="${rounded(x(bar.value) - left)}" height="${rowHeight - 10}" rx="2"/>`,
      whisker,
      `<text class="label" x="${rounded(Math.max(x(bar.value), x(bar.most)) + 8)}" y="${middle + 4}">${escaped(bar.label)}</text>`,
    ].join('')
  })
  const words = bars.map(({ name, label }) => `${name}: ${label}`).join('; ')
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title desc">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="desc">${escaped(`${axis}. ${words}.`)}</desc>`,
    `<style>${style}</style>`,
    `<rect class="page" width="${width}" height="${height}"/>`,
    `<text class="title" x="12" y="18">${escaped(title)}</text>`,
    `<text class="axis" x="12" y="35">${escaped(axis)}</text>`,
    ...rows,
    `<path class="base" d="M${left} ${top}V${height - bottom}"/>`,
    '</svg>',
    '',
  ].join('\n')
}

/** Contrast is at least 4.5 to 1 for text, on either page. */
const style = [
  'text{font:12px system-ui,sans-serif;fill:#1f2328}.title{font-weight:600;font-size:13px}.axis{fill:#59636e}',
  '.page{fill:#fff}.own{fill:#0969da}.peer{fill:#8c959f}.whisker,.base{stroke:#1f2328;fill:none}',
  '@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.axis{fill:#9198a1}.page{fill:#0d1117}.own{fill:#4493f8}.peer{fill:#656c76}.whisker,.base{stroke:#f0f6fc}}',
].join('')

/** What a figure looks like: of a contest wall time against the anchor's, of values the values. */
export function chartOf(figure: Figure): string {
  if (figure.kind === 'values') {
    const { title, unit, better, rows } = figure
    const bars = rows.map(({ name, median, least, most }) => {
      return { name, value: median, least, most, label: `${amount(median)} ${unit}`, own: isOwn(name) }
    })
    return chart(title, `${unit}, ${better} is better`, bars)
  }
  const { title, anchor, rows } = figure
  const base = rows.find(({ name }) => name === anchor)?.median.wall ?? Number.NaN
  const bars = rows.map(({ name, median, runs }): Bar => {
    const ratios = runs.map(({ wall }) => wall / base)
    const [value, least, most] = [median.wall / base, Math.min(...ratios), Math.max(...ratios)]
    return { name, value, least, most, label: `${value.toFixed(2)}x, ${seconds(median.wall)}`, own: isOwn(name) }
  })
  return chart(title, `wall time, ${anchor} = 1, lower is better; whiskers: least and most of all rounds`, bars)
}

/** Whether it is this project's: the others are whom it is measured against. */
function isOwn(name: string): boolean {
  return !/^(?:cp|rsync|rclone|aws|tar|curl|dcmjs|dicom-parser|dicomweb-client|importer|client|igtcloud|Orthanc|plain-read|as it is|one after another)/u.test(
    name,
  )
}

export function seconds(milliseconds: number): string {
  return milliseconds < 1000 ? `${milliseconds.toFixed(0)} ms` : `${(milliseconds / 1000).toFixed(2)} s`
}

/** Three digits that count. */
export function amount(value: number): string {
  if (!Number.isFinite(value)) return '–'
  if (value !== 0 && Math.abs(value) < 100) return String(Number(value.toPrecision(3)))
  return String(Math.round(value)).replaceAll(/\B(?=(?:\d{3})+$)/gu, ',')
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
