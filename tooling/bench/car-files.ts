import { readdir } from 'node:fs/promises'

export async function namesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder)).sort()
}
