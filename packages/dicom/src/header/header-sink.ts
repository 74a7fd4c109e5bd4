import { tooLarge } from '../errors.ts'
import { type DicomElement, settled, toElement } from '../structure/data-set.ts'
import type { Encoding } from '../structure/encoding.ts'
import type { Scanned } from '../structure/scan.ts'
import type { ElementHead, Sink } from '../structure/sink.ts'
import { isSigned } from '../values/is-signed.ts'
import type { DicomHeader } from './dicom-header.ts'
import { Identification } from './identification.ts'

/** Elements of the top level that are kept: each takes some 300 bytes of memory, besides its value. */
const mostElements = 500_000

/** Keeps all elements; `unsupported` where there are too many to be kept. */
export class HeaderSink implements Sink {
  readonly #elements = new Map<number, DicomElement>()
  readonly #identification = new Identification()

  wants(): boolean {
    return true
  }

  take(head: ElementHead, value: Uint8Array | undefined, encoding: Encoding): void {
    this.#elements.set(head.tag, toElement(head, value, encoding))
    if (this.#elements.size > mostElements) throw tooLarge(`it has more than ${mostElements} elements`)
    this.#identification.take(head.tag, value)
  }

  header(scanned: Scanned): DicomHeader {
    const all = [...this.#elements.values()].toSorted((a, b) => a.tag - b.tag)
    return {
      ...scanned,
      kind: this.#identification.isMediaDirectory ? 'directory' : 'instance',
      identifiers: this.#identification.identifiers(scanned.transferSyntax.uid),
      meta: all.filter(({ tag }) => tag >>> 16 === 0x0002),
      elements: settled(
        all.filter(({ tag }) => tag >>> 16 !== 0x0002),
        isSigned(all) ?? false,
      ),
    }
  }
}
