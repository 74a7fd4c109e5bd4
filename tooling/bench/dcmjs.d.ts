/** What the benchmark calls of dcmjs, which comes without types. */
declare module 'dcmjs' {
  const dcmjs: {
    readonly data: {
      readonly DicomMessage: {
        readFile(buffer: ArrayBufferLike, options: object): { readonly dict: { readonly [tag: string]: unknown } }
      }
    }
  }
  export default dcmjs
}
