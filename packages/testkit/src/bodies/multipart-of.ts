export interface TestPart {
  readonly headers?: Readonly<Record<string, string>>
  readonly body: Uint8Array
  /** Tells its length. */
  readonly measured?: boolean
}

/** A `multipart` body as services write it. */
export function multipartOf(parts: readonly TestPart[], boundary: string, preamble = ''): Buffer {
  const pieces: Uint8Array[] = [Buffer.from(preamble)]
  parts.forEach(({ headers = {}, body, measured }, index) => {
    const all = { ...headers, ...(measured === true ? { 'Content-Length': String(body.length) } : {}) }
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
    const start = index === 0 && preamble === '' ? '' : '\r\n'
    pieces.push(Buffer.from(`${start}--${boundary}\r\n${lines.join('')}\r\n`), body)
  })
  pieces.push(Buffer.from(`\r\n--${boundary}--\r\n`))
  return Buffer.concat(pieces)
}
