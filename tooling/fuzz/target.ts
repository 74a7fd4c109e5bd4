/** Something that reads what others wrote. */
export interface Target {
  readonly name: string
  /** What has to hold for every input. */
  readonly invariants: string
  /** Inputs that are right, made by the project's own code, the same each time. */
  readonly seeds: () => Promise<readonly Uint8Array[]>
  /** Words that inputs are made of, for mutations. */
  readonly words?: readonly string[]
  /** Opens what inputs are tried on. */
  readonly open: () => Promise<Trial> | Trial
}

export interface Trial {
  /** Whether it was taken; throws where an invariant does not hold. */
  run(input: Uint8Array): Promise<boolean>
  close?(): Promise<void>
}
