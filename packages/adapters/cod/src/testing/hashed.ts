import type { ImageFile } from './store-all.ts'

export function hashUid(uid: string): string {
  return `2.25.${Buffer.from(uid).toString('hex').slice(-20)}`
}

/** The same images, as a store has them whose names are hashed. */
export function hashed(files: readonly ImageFile[]): ImageFile[] {
  return files.map(({ bytes, path }) => ({ bytes, path: path.replaceAll(/[\d.]{20,}(?=\/|\.dcm)/gu, hashUid) }))
}
