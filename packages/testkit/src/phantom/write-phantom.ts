import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { phantom, type PhantomFile, type PhantomOptions } from './phantom.ts'

export type WrittenPhantomFile = Omit<PhantomFile, 'bytes'> & {
  /** Bytes. */
  readonly size: number
}

/** Writes the phantom's files into a folder, which is made where it is missing, and says what they are. */
export async function writePhantom(folder: string, options: PhantomOptions = {}): Promise<WrittenPhantomFile[]> {
  const written: WrittenPhantomFile[] = []
  for await (const { path, bytes, image } of phantom(options)) {
    const target = join(folder, path)
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, bytes)
    written.push({ path, size: bytes.length, image })
  }
  return written
}
