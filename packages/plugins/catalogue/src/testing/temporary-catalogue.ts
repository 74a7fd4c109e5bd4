import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { onTestFinished } from 'vitest'

import type { Catalogue } from '../catalogue.ts'
import { openCatalogue } from '../database/open-catalogue.ts'
import type { NewReceipt } from '../records/receipt.ts'

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-catalogue-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export function temporaryCatalogue(clock?: () => number): Catalogue {
  const options = clock === undefined ? {} : { clock }
  const catalogue = openCatalogue(join(temporaryFolder(), 'catalogue.db'), options)
  onTestFinished(async () => await catalogue.close())
  return catalogue
}

/** A receipt of made-up bytes. */
export function receiptOf(number: number, more: Partial<NewReceipt> = {}): NewReceipt {
  return {
    path: `study/${String(number).padStart(6, '0')}.dcm`,
    bytes: 1000 + number,
    sha256: number.toString(16).padStart(64, '0'),
    at: 1_700_000_000_000 + number,
    verified: true,
    image: {
      studyInstanceUID: '1.2.3',
      seriesInstanceUID: `1.2.3.${Math.floor(number / 100)}`,
      sopInstanceUID: `1.2.3.4.${number}`,
      sopClassUID: '1.2.840.10008.5.1.4.1.1.2',
    },
    attributes: { StudyDate: '20260102', Modality: 'CT', PatientID: 'P1', PatientName: 'Quellmalz^Annegret' },
    ...more,
  }
}

export async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = []
  for await (const item of items) found.push(item)
  return found
}
