import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { serversFolder } from './folders.ts'
import { run, type RunResult, tail } from './run.ts'

/** A server whose source Go's module proxy has: who made it publishes no package that a registry has. */
export type GoServer = {
  /** For people who wait: "MinIO". */
  title: string
  /** Of the program, and of its folder below that of all servers. */
  name: string
  /** With its version: `example.org/server@latest`. */
  module: string
  /** The package of the program, where the module must be built within itself: `go install` takes none that excludes modules. */
  within?: string
  /** For people who wait: "about three minutes". */
  takes: string
}

/** Why this machine cannot build such servers, or undefined when it can. */
export async function goUnavailable({ title }: GoServer): Promise<string | undefined> {
  return (await run('go', ['version'])).ok ? undefined : `needs Go to build ${title}`
}

/** Builds the server, once, and answers the program. */
export async function buildWithGo(server: GoServer, say: (line: string) => void = () => {}): Promise<string> {
  const { title, name, module, takes } = server
  const folder = join(serversFolder(), name)
  const binary = join(folder, name)
  if (existsSync(binary)) return binary
  say(`building ${title} into ${folder} (once, ${takes})`)
  mkdirSync(folder, { recursive: true })
  const { ok, output } =
    server.within === undefined
      ? await run('go', ['install', module], { GOBIN: folder })
      : await buildWithin(module, server.within, binary)
  if (!ok) throw new Error(`${title} could not be built: ${tail(output)}`)
  return binary
}

async function buildWithin(module: string, within: string, binary: string): Promise<RunResult> {
  const fetched = await run('go', ['mod', 'download', '-json', module])
  const source = /^\s*"Dir": "(.+)",?$/mu.exec(fetched.output)?.[1]
  if (!fetched.ok || source === undefined) return { ...fetched, ok: false }
  const unfinished = `${binary}.${process.pid}`
  // What it is written in may be newer than the Go that is here, which then fetches the newer one from the same proxy.
  const environment = { GOTOOLCHAIN: process.env['GOTOOLCHAIN'] ?? 'auto' }
  const built = await run('go', ['-C', source, 'build', '-trimpath', '-o', unfinished, within], environment)
  if (built.ok) renameSync(unfinished, binary)
  return built
}
