import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

import { step } from './account.ts'
import { openDemo } from './demo.ts'
import { freePort } from './free-port.ts'

/** Asked for first, so that a bookmark of yesterday works today. */
const usualPort = 8080

const app = join(import.meta.dirname, '../../apps/web')

/** Builds the app and serves it with the study, until somebody stops it. */
export async function stay(
  folder: string,
  studies: string,
  { print, signal }: { readonly print: (line: string) => void; readonly signal: AbortSignal },
): Promise<void> {
  print(step('page', 'building it'))
  const pages = join(folder, 'pages')
  await buildPages(pages, signal)
  const demo = await openDemo({ folder, pages, studies, port: await freePort(usualPort) })
  try {
    print('')
    print(`Open ${demo.url}/ to look at it, to share and to download it. Ctrl-C stops it.`)
    if (!signal.aborted) await once(signal, 'abort')
  } finally {
    await demo.close()
  }
}

/** In a process of its own: what builds is not what serves. */
async function buildPages(outDir: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  const vite = join(app, 'node_modules/vite/bin/vite.js')
  const build = spawn(process.execPath, [vite, 'build', '--outDir', outDir, '--emptyOutDir', '--logLevel', 'error'], {
    cwd: app,
    stdio: ['ignore', 'ignore', 'pipe'],
    signal,
  })
  let said = ''
  build.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  const [code] = (await once(build, 'close')) as [number | null]
  signal.throwIfAborted()
  if (code !== 0) throw new Error(`The page could not be built:\n${said}`)
}
