import { type Checksum } from '../checksum/algorithm.ts'

/**
 * What is known of the service from its own answers: whether it checks and keeps checksums (old ones pass over the
 * headers in silence), whether it takes checksums that follow the body, and whether it has uploads in parts. Learnt by the
 * first writes, then kept.
 */
export class Traits {
  readonly #wanted: Checksum | undefined
  readonly #md5: boolean
  /** Undefined until an answer has told. */
  #checksums: boolean | undefined
  #echoes: boolean | undefined
  #trailers: 'untried' | 'proved' | 'refused' = 'untried'
  #parts = true
  /** An entry that was refused with a checksum behind it, and nobody knows if that was why. */
  #doubted: string | undefined

  constructor(wanted: Checksum | 'md5' | 'none') {
    this.#wanted = wanted === 'md5' || wanted === 'none' ? undefined : wanted
    this.#md5 = wanted !== 'none'
  }

  /** The checksum to send along; none where the service would not look at it. */
  get checksum(): Checksum | undefined {
    return this.#checksums === false ? undefined : this.#wanted
  }

  /** `Content-MD5` is needed: where nothing else is checked, and as long as that is not known. */
  get md5(): boolean {
    return this.#md5 && (this.#wanted === undefined || this.#checksums !== true)
  }

  /** A write is answered with the checksum, so that its absence says something. */
  get echoes(): boolean | undefined {
    return this.#echoes
  }

  /** A checksum that stands before the body is known to be taken. */
  get proved(): boolean {
    return this.#checksums === true
  }

  /** Only where checksums are known to work: an old service would keep the frames as if they were the object's. */
  get trailers(): boolean {
    return this.proved && this.#trailers !== 'refused' && this.#doubted === undefined
  }

  /** Of parts, whose length shows when all is published and no sooner: where the service says more than that it keeps headers. */
  get trailersOfParts(): boolean {
    return this.trailers && (this.#echoes === true || this.#trailers === 'proved')
  }

  /** Uploads in parts are not known to be lacking. */
  get parts(): boolean {
    return this.#parts
  }

  refuseParts(): void {
    this.#parts = false
  }

  learnChecksums(works: boolean, echoed: boolean): void {
    if (works) this.#echoes = echoed
    // One answer without does not undo what others have shown.
    if (works) this.#checksums = true
    else this.#checksums ??= false
  }

  refuseTrailers(): void {
    this.#trailers = 'refused'
  }

  /** The service has told the checksum that stood behind a body. */
  proveTrailers(): void {
    if (this.#trailers === 'untried') this.#trailers = 'proved'
  }

  doubtTrailers(path: string): void {
    this.#doubted = path
  }

  /** What became of an entry that went without a checksum behind it. */
  settleDoubt(path: string, taken: boolean): void {
    if (this.#doubted !== path) return
    this.#doubted = undefined
    if (taken) this.#trailers = 'refused'
  }
}
