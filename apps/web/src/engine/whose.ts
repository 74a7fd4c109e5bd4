import { collect, type DicomJson, type Signal } from '@gantry/core'
import { parseHeader, readHeader, toDicomJson } from '@gantry/dicom'
import type { Geometry, Volume } from '@gantry/share'

import type { Whose } from './model.ts'
import { patientName } from './patient-name.ts'

/** Whose images are open, by what their headers say. */
export class WhoseImages {
  readonly #known = new WeakMap<Volume | Geometry, Promise<Whose | undefined>>()

  /** By its first file; `undefined` where that says nothing. */
  async of(item: Volume | Geometry, signal: Signal): Promise<Whose | undefined> {
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

async function read(item: Volume | Geometry, signal: Signal): Promise<Whose | undefined> {
  const input = item.files[0]?.input
  if (input === undefined || item.state.format !== 'dicom') return undefined
  const header = await readHeader({
    size: input.size,
    read: async (start, end) => await collect(await input.read({ start, end }, { signal }), end - start),
  })
  return whoseOf(toDicomJson(header))
}

function parsed(bytes: Uint8Array): Whose | undefined {
  try {
    return whoseOf(toDicomJson(parseHeader(bytes)))
  } catch {
    return undefined
  }
}

function whoseOf(json: DicomJson): Whose {
  const text = (tag: string) => (json[tag]?.Value ?? []).map(String).join(', ')
  return {
    patient: patientName(json),
    patientId: text('00100020'),
    study: text('0020000D'),
    date: text('00080020'),
    description: text('00081030'),
  }
}
