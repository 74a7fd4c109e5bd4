import { type Encoding, explicitBig, explicitLittle, implicitLittle } from './encoding.ts'

/** What the reader needs to know of a transfer syntax (PS3.5 A). */
export interface TransferSyntax {
  readonly uid: string
  readonly encoding: Encoding
  /** The data set, from the first element behind the meta information on, is one raw deflate stream. */
  readonly deflated: boolean
}

const implicitVRLittleEndian = '1.2.840.10008.1.2'
const explicitVRLittleEndian = '1.2.840.10008.1.2.1'
const explicitVRBigEndian = '1.2.840.10008.1.2.2'

/** Implicit: the default one, Papyrus 3's, and GE's private one, whose pixels alone are big endian. */
const implicit: ReadonlySet<string> = new Set([implicitVRLittleEndian, '1.2.840.10008.1.20', '1.2.840.113619.5.2'])

/** Deflated explicit VR little endian, and the two JPIP syntaxes whose data sets are deflated. */
const deflated: ReadonlySet<string> = new Set([
  '1.2.840.10008.1.2.1.99',
  '1.2.840.10008.1.2.4.95',
  '1.2.840.10008.1.2.4.205',
])

/** All others, known and unknown, are explicit VR little endian (PS3.5 A.4). */
export function transferSyntaxOf(uid: string): TransferSyntax {
  if (implicit.has(uid)) return { uid, encoding: implicitLittle, deflated: false }
  if (uid === explicitVRBigEndian) return { uid, encoding: explicitBig, deflated: false }
  return { uid, encoding: explicitLittle, deflated: deflated.has(uid) }
}

/** The native syntax that an encoding is, for data sets that do not say. */
export function nativeSyntaxOf(encoding: Encoding): TransferSyntax {
  if (!encoding.explicit) return { uid: implicitVRLittleEndian, encoding, deflated: false }
  return { uid: encoding.bigEndian ? explicitVRBigEndian : explicitVRLittleEndian, encoding, deflated: false }
}
