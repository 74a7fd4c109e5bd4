import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { run, type RunOptions, type RunResult } from './run.ts'

/** A temporary folder to work in, its records of jobs included. */
export class Workbench {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  static async make(): Promise<Workbench> {
    return new Workbench(await mkdtemp(join(tmpdir(), 'gantry-cli-')))
  }

  get env(): Readonly<Record<string, string>> {
    return { HOME: this.folder, GANTRY_STATE: join(this.folder, 'jobs') }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true })
  }

  path(...parts: string[]): string {
    return join(this.folder, ...parts)
  }

  async write(path: string, content: string | Uint8Array): Promise<void> {
    await mkdir(dirname(this.path(path)), { recursive: true })
    await writeFile(this.path(path), content)
  }

  /** For its owner alone. */
  async writePrivate(path: string, content: string): Promise<void> {
    await this.write(path, content)
    await chmod(this.path(path), 0o600)
  }

  async read(path: string): Promise<string> {
    return await readFile(this.path(path), 'latin1')
  }

  /** So many files of so many bytes each, no two the same. */
  async fill(folder: string, count: number, size = 1000): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      await this.write(`${folder}/${String(index).padStart(4, '0')}.dcm`, `${index} `.repeat(size).slice(0, size))
    }
  }

  async files(folder: string): Promise<string[]> {
    const found = await readdir(this.path(folder), { recursive: true, withFileTypes: true }).catch(() => [])
    const paths = found.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name))
    return paths.map((path) => path.slice(this.path(folder).length + 1)).sort()
  }

  async gantry(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    return await run(argv, { cwd: this.folder, ...options, env: { ...this.env, ...options.env } })
  }
}
