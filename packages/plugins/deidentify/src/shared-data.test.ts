import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { isGantryError } from '@gantry/core'
import { attributesOf, type DicomHeader, parseHeader } from '@gantry/dicom'
import { describe, expect, test } from 'vitest'

import { deidentified, type Outcome } from './testing/run.ts'

/** Real images to test on, where there are any. */
const data = process.env['GANTRY_DATA'] ?? join(import.meta.dirname, '../../../../../shared/data')
const there = existsSync(join(data, 'dicom'))

function imagesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.dcm$|^[^.]+$/u.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
}

const identifying = ['PatientID', 'PatientName', 'PatientBirthDate', 'AccessionNumber']
/** What other de-identifiers have written instead, and this one does. */
const dummies: ReadonlySet<string> = new Set(['ANONYMIZED', '19000101'])

function headerOf(bytes: Uint8Array): DicomHeader | undefined {
  try {
    return parseHeader(bytes)
  } catch {
    return undefined
  }
}

/** What is wrong with a file that was de-identified. */
function flawsOf(before: DicomHeader, bytes: Uint8Array, made: Uint8Array): readonly string[] {
  const after = parseHeader(made)
  const flaws: string[] = []
  if (after.transferSyntax.uid !== before.transferSyntax.uid) flaws.push('another transfer syntax')
  const text = Buffer.from(made.subarray(0, after.end)).toString('latin1')
  for (const value of Object.values(attributesOf(before.elements, identifying))) {
    // Shorter ones come about by chance.
    if (value.length > 6 && !dummies.has(value) && text.includes(value)) flaws.push('who it is of')
  }
  const { sopInstanceUID = '', studyInstanceUID = '' } = before.identifiers
  for (const uid of [sopInstanceUID, studyInstanceUID].filter(({ length }) => length > 8)) {
    if (new RegExp(`${uid.replaceAll('.', '\\.')}(?![0-9.])`, 'u').test(text)) flaws.push('a UID')
  }
  const { pixelData: from } = before
  if (from?.length === undefined || before.transferSyntax.deflated) return flaws
  const start = after.pixelData?.offset ?? 0
  const pixels = Buffer.from(bytes.subarray(from.offset, from.offset + from.length))
  if (!pixels.equals(made.subarray(start, start + from.length))) flaws.push('other pixels')
  return flaws
}

describe.skipIf(!there)('real images', () => {
  test('are de-identified, or refused by a code; pixels are those of the source', { timeout: 120_000 }, async () => {
    const folders = ['dicom/small', 'dicom/series', 'dicom/fileset', 'cod']
    const files = folders.flatMap((folder) => imagesBelow(join(data, folder)))
    const flaws: string[] = []
    let done = 0
    for (const file of files) {
      const bytes = readFileSync(file)
      const before = headerOf(bytes)
      const outcome = await deidentified(bytes).catch((error: unknown) => error)
      if (isGantryError(outcome) && ['invalid', 'integrity', 'unsupported'].includes(outcome.code)) continue
      done += 1
      const found = before === undefined ? ['not refused'] : flawsOf(before, bytes, (outcome as Outcome).bytes)
      flaws.push(...found.map((flaw) => `${file}: ${flaw}`))
    }
    expect(flaws).toEqual([])
    expect(done).toBeGreaterThan(40)
  })
})
