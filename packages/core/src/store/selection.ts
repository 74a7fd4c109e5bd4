import * as z from 'zod'

import { GantryError } from '../errors/gantry-error.ts'
import type { Entry } from './entry.ts'
import { compileGlob } from './glob.ts'
import { isAtOrBelow } from './path.ts'

const uids = z.array(z.string().regex(/^[0-9.]{1,64}$/u, 'A UID consists of at most 64 digits and dots.'))
const date = z.iso.date('A date is a day of the calendar, written YYYY-MM-DD.')

/** Which entries. Everything given must hold; of a list, one is enough. */
export const selectionSchema = z.strictObject({
  /** At this path, or below it; whole segments. */
  prefix: z.string().optional(),
  /** Globs over whole paths. */
  include: z.array(z.string()).optional(),
  exclude: z.array(z.string()).optional(),
  /** Without dot, any case: `dcm`. */
  extensions: z.array(z.string()).optional(),
  studies: uids.optional(),
  series: uids.optional(),
  instances: uids.optional(),
  /** Of (0008,0060), any case: `CT`. */
  modalities: z.array(z.string()).optional(),
  /** First and last day: of the study (0008,0020) where the entry is an image that has one, else of `modified`. */
  since: date.optional(),
  until: date.optional(),
})

/** Which entries, as `selectionSchema` checks it; `{}` is all. */
export type Selection = z.infer<typeof selectionSchema>

/** `invalid` for what is no selection, and would hold all; but UIDs may be as odd as those of images. */
export function checkSelection(selection: unknown): void {
  const { error } = selectionSchema.safeParse(selection)
  const issue = error?.issues.find(({ code, path }) => code !== 'invalid_format' || path.length < 2)
  if (issue === undefined) return
  throw new GantryError('invalid', `The selection is wrong: ${[...issue.path, issue.message].join(': ')}`)
}

/** Whether telling if an entry is selected needs its DICOM header. */
export function needsHeader(selection: Selection): boolean {
  const { studies, series, instances, modalities, since, until } = selection
  return [studies, series, instances, modalities, since, until].some((part) => part !== undefined)
}

/** Whether that needs more of the header than what makes an image that image. */
export function needsAttributes({ modalities, since, until }: Selection): boolean {
  return [modalities, since, until].some((part) => part !== undefined)
}

/** Compiles a selection to a predicate over entries; `headers: false` leaves out what only a header can tell. */
export function compileSelection(selection: Selection, options: { headers: boolean }): (entry: Entry) => boolean {
  const tests: ((entry: Entry) => boolean)[] = []
  const { prefix } = selection
  if (prefix !== undefined && prefix !== '') tests.push(({ path }) => isAtOrBelow(path, prefix))
  if (selection.include !== undefined) tests.push(anyOf(selection.include))
  if (selection.exclude !== undefined) {
    const excluded = anyOf(selection.exclude)
    tests.push((entry) => !excluded(entry))
  }
  if (selection.extensions !== undefined) {
    const extensions = new Set(selection.extensions.map((extension) => extension.replace(/^\./u, '').toLowerCase()))
    tests.push(({ path }) => extensions.has(extensionOf(path)))
  }
  if (options.headers) tests.push(...headerTests(selection))
  return (entry) => tests.every((test) => test(entry))
}

function headerTests(selection: Selection): ((entry: Entry) => boolean)[] {
  const tests: ((entry: Entry) => boolean)[] = []
  const { studies, series, instances, modalities, since, until } = selection
  const uidTest = (wanted: readonly string[], key: 'studyInstanceUID' | 'seriesInstanceUID' | 'sopInstanceUID') => {
    const set = new Set(wanted)
    tests.push(({ image }) => image !== undefined && set.has(image[key]))
  }
  if (studies !== undefined) uidTest(studies, 'studyInstanceUID')
  if (series !== undefined) uidTest(series, 'seriesInstanceUID')
  if (instances !== undefined) uidTest(instances, 'sopInstanceUID')
  if (modalities !== undefined) {
    const set = new Set(modalities.map((modality) => modality.toUpperCase()))
    tests.push(({ attributes }) => set.has((attributes?.['Modality'] ?? '').toUpperCase()))
  }
  if (since !== undefined || until !== undefined) {
    tests.push((entry) => {
      const day = dayOf(entry)
      return day !== undefined && (since === undefined || day >= since) && (until === undefined || day <= until)
    })
  }
  return tests
}

/** Day of an entry as `YYYY-MM-DD`: of its study, else of `modified` in UTC. */
function dayOf(entry: Entry): string | undefined {
  const studyDate = entry.attributes?.['StudyDate']
  const digits = /^(\d{4})[.:]?(\d{2})[.:]?(\d{2})/u.exec(studyDate ?? '')
  if (digits !== null) return `${digits[1]}-${digits[2]}-${digits[3]}`
  const modified = new Date(entry.modified ?? Number.NaN)
  // What a store tells may lie beyond what a date can be.
  return Number.isNaN(modified.valueOf()) ? undefined : /^\d{4}-\d{2}-\d{2}/u.exec(modified.toISOString())?.[0]
}

function anyOf(patterns: readonly string[]): (entry: Entry) => boolean {
  const globs = patterns.map((pattern) => compileGlob(pattern))
  return ({ path }) => globs.some((glob) => glob(path))
}

function extensionOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const dot = name.lastIndexOf('.')
  return dot < 0 ? '' : name.slice(dot + 1).toLowerCase()
}
