/** What the benchmark calls of dcmjs, which comes without types. */
declare module 'dcmjs' {
  export const data: {
    readonly DicomMessage: {
      readFile(buffer: ArrayBufferLike, options: object): { readonly dict: { readonly [tag: string]: unknown } }
    }
  }
}
