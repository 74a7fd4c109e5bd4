/** `1,024`. */
export function count(value: number): string {
  return value.toLocaleString('en-US')
}

/** `222 MB`. */
export function megabytes(bytes: number): string {
  const value = bytes / 1_000_000
  return `${value >= 99.95 ? count(Math.round(value)) : value.toFixed(value >= 9.995 ? 1 : 2)} MB`
}

/** `files, 222 MB`. */
export function amount(files: number, bytes: number): string {
  return `${count(files)} ${files === 1 ? 'file' : 'files'}, ${megabytes(bytes)}`
}

/** `0.8 s, 260 MB/s`; milliseconds in. */
export function speed(bytes: number, elapsed: number): string {
  return `${seconds(elapsed)}, ${count(Math.round(bytes / 1000 / Math.max(1, elapsed)))} MB/s`
}

export function seconds(elapsed: number): string {
  return `${(elapsed / 1000).toFixed(1)} s`
}

/** One step: what it is, and what came of it. */
export function step(name: string, text: string): string {
  return `  ${name.padEnd(10)}${text}`
}
