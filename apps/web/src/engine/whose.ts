import { collect, type DicomJson, type Signal } from '@gantry/core'
import { parseHeader, readHeader, toDicomJson } from '@gantry/dicom'
import type { Geometry, Volume } from '@gantry/share'

import type { SeriesPlace, Whose } from './model.ts'
import { patientName } from './patient-name.ts'

/** What the header of one file says of all of them. */
export interface SaidOfImages {
  readonly whose: Whose
  readonly place: SeriesPlace
}

/** Whose images are open, by what their headers say. */
export class WhoseImages {
  readonly #known = new WeakMap<Volume | Geometry, Promise<SaidOfImages | undefined>>()

  /** By its first file; `undefined` where that says nothing. */
  async of(item: Volume | Geometry, signal: Signal): Promise<SaidOfImages | undefined> {
    const known = this.#known.get(item)
    if (known !== undefined) return await known
    const asked = read(item, signal)
    this.#known.set(item, asked)
    return await asked.catch(() => {
      // What did not come may come another time.
      this.#known.delete(item)
      return undefined
    })
  }

  /** Bytes of a file of it were read for something else: they need not be fetched again. */
  seen(item: Volume | Geometry, bytes: Uint8Array): void {
    if (!this.#known.has(item)) this.#known.set(item, Promise.resolve(parsed(bytes)))
  }
}

async function read(item: Volume | Geometry, signal: Signal): Promise<SaidOfImages | undefined> {
  const input = item.files[0]?.input
  if (input === undefined || item.state.format !== 'dicom') return undefined
  const header = await readHeader({
    size: input.size,
    read: async (start, end) => await collect(await input.read({ start, end }, { signal }), end - start),
  })
  return saidBy(toDicomJson(header))
}

function parsed(bytes: Uint8Array): SaidOfImages | undefined {
  try {
    return saidBy(toDicomJson(parseHeader(bytes)))
  } catch {
    return undefined
  }
}

function saidBy(json: DicomJson): SaidOfImages {
  const text = (tag: string) => (json[tag]?.Value ?? []).map(String).join(', ')
  const number = Number.parseInt(text('00200011'), 10)
  return {
    whose: {
      patient: patientName(json),
      patientId: text('00100020'),
      study: text('0020000D'),
      date: text('00080020'),
      description: text('00081030'),
    },
    place: {
      ...(Number.isFinite(number) && { number }),
      // Of the series, else of the study.
      taken: `${text('00080021') || text('00080020')} ${text('00080031') || text('00080030')}`,
    },
  }
}
