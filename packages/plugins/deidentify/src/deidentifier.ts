import type { Bytes } from '@gantry/core'
import { type DicomHeader, readHeader } from '@gantry/dicom'

import { nameOf } from './deidentifier-name.ts'
import { checkOptions, type DeidentifierOptions } from './deidentifier-options.ts'
import { burnedInWarnings } from './pixels/burned-in.ts'
import { createProfile, type Profile } from './profile/profile.ts'
import type { DeidentificationReport } from './report/report.ts'
import { fileMeta } from './rewrite/file-meta.ts'
import { isNeeded } from './rewrite/needed-values.ts'
import { safePrivateSet } from './rewrite/private-blocks.ts'
import { identityOf, type RewrittenHeader, rewriteHeader, type Rules } from './rewrite/rewritten-header.ts'
import type { Change } from './rewrite/rewriting.ts'
import { blankingOf } from './stream/blanked.ts'
import { ByteStream } from './stream/byte-stream.ts'
import { deflated, inflated } from './stream/deflated.ts'
import { pixelDataOf } from './stream/pass-pixel-data.ts'
import { safePrivate } from './table/safe-private.ts'
import { KeyedHash } from './values/keyed-hash.ts'

export interface DeidentifyOptions {
  /** Told what was done, once all of it is. */
  readonly onReport?: ((report: DeidentificationReport) => void) | undefined
}

/** De-identifies files by one profile and one key. */
export interface Deidentifier {
  readonly profile: Profile
  readonly hash: KeyedHash
  /** What it does and by which key, without telling the key: the same name, the same results. */
  readonly name: string
  /**
   * A DICOM file, de-identified: its header rewritten, its pixel data passed on. What is no DICOM image, or is broken,
   * fails with `invalid`, `integrity` or `unsupported`, and gives nothing that would not be de-identified.
   */
  apply(body: Bytes, options?: DeidentifyOptions): AsyncGenerator<Uint8Array, void, undefined>
  /** Every element of a header and what would become of it; the values are those of the patient. */
  diff(header: DicomHeader): readonly Change[]
}

export function createDeidentifier(options: DeidentifierOptions): Deidentifier {
  checkOptions(options)
  const { key, blank = [], maxHeaderBytes = 64 * 1024 * 1024 } = options
  const profile = createProfile(options)
  const hash = new KeyedHash(key)
  const known = profile.retain.has('safe-private') ? (options.safePrivate ?? safePrivate) : []
  const rules: Rules = { profile, hash, safePrivate: safePrivateSet(known) }
  const reading = {
    maxHeaderBytes,
    longestValue: Math.min(64 * 1024, maxHeaderBytes),
    needs: (tag: number, vr: string) => isNeeded(rules, tag, vr),
    checkPixelData: false,
  }

  async function* apply(body: Bytes, { onReport }: DeidentifyOptions = {}) {
    const stream = new ByteStream(body)
    try {
      const header = await readHeader(stream, reading)
      if (!header.transferSyntax.deflated) {
        yield* rewritten(stream, header, header.transferSyntax.uid, onReport)
        return
      }
      // The same file as if it had not been deflated.
      const start = Math.max(...header.meta.map(({ offset, length = 0 }) => offset + length))
      const inner = new ByteStream(chained(plainMeta(header), inflated(stream.from(start))))
      try {
        const innerHeader = await readHeader(inner, reading)
        yield* rewritten(inner, innerHeader, header.transferSyntax.uid, onReport)
      } finally {
        await inner.close()
      }
    } finally {
      await stream.close()
    }
  }

  async function* rewritten(
    stream: ByteStream,
    header: DicomHeader,
    syntax: string,
    onReport: DeidentifyOptions['onReport'],
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const blanking = blankingOf(header, blank)
    const made = rewriteHeader(rules, header, {
      blanked: blanking !== undefined,
      repacked: blanking?.repacked === true,
    })
    let trailingBytes = 0
    const deflates = syntax !== header.transferSyntax.uid
    const meta = fileMeta(deflates ? { ...made, transferSyntaxUID: syntax } : made)
    const rest = async function* () {
      const { pixelData, encoding } = header
      if (pixelData === undefined) {
        // Nothing but padding comes behind the last element.
        for await (const chunk of stream.from(header.end)) trailingBytes += chunk.length
        return
      }
      const value = pixelDataOf(stream.from(pixelData.offset), { pixelData, encoding }, (count) => {
        trailingBytes = count
      })
      yield* blanking === undefined ? value : blanking.apply(value)
    }
    if (deflates) {
      yield meta
      yield* deflated(chained(made.bytes, rest()))
    } else {
      yield joined(meta, made.bytes)
      yield* rest()
    }
    const blanked = blanking === undefined ? 0 : blank.length
    onReport?.(reportOf(made, header, trailingBytes, blanked))
  }

  return {
    profile,
    hash,
    name: nameOf({ fingerprint: hash.fingerprint(), retain: options.retain ?? [], clean: options.clean ?? [], blank }),
    apply,
    diff(header) {
      const changes: Change[] = []
      rewriteHeader(rules, header, { blanked: false, repacked: false, watch: (change) => changes.push(change) })
      return changes
    },
  }
}

const encapsulatedDocument = 0x00420011

function reportOf(
  { sopInstanceUID, tally }: RewrittenHeader,
  header: DicomHeader,
  trailingBytes: number,
  blanked: number,
): DeidentificationReport {
  return {
    sopInstanceUID,
    // Few look at them.
    get counts() {
      return tally.counts
    },
    get attributes() {
      return tally.attributes
    },
    trailingBytes,
    blanked,
    documents: tally.count('replaced', encapsulatedDocument),
    warnings: blanked > 0 ? [] : burnedInWarnings(header),
  }
}

function plainMeta(header: DicomHeader): Uint8Array {
  return fileMeta({ ...identityOf(header), transferSyntaxUID: '1.2.840.10008.1.2.1' })
}

async function* chained(first: Uint8Array, rest: Bytes): AsyncGenerator<Uint8Array, void, undefined> {
  yield first
  yield* rest
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const all = new Uint8Array(first.length + second.length)
  all.set(first)
  all.set(second, first.length)
  return all
}
