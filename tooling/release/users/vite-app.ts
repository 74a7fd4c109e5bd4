import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { browserUnavailable, openBrowser } from '@gantry-tooling/servers/browser'

import { serveFolder } from '../serve-folder.ts'
import { run } from '../run.ts'
import { type Given, versionsOf } from './given.ts'
import { runNpm } from './npm-project.ts'

/** What a browser is for; all others are for Node, whole or by their entry `/node`. */
const forBrowsers = [
  'age',
  'browser',
  'cod',
  'core',
  'deidentify',
  'dicom',
  'dicomweb',
  'google',
  'http',
  'hub-store',
  'memory',
]
const alsoForBrowsers = ['core/side-by-side', 'pixels', 'pixels/rle', 'serve', 'share', 'transfer/download']

const page = `<!doctype html><title>loading</title><script type="module" src="/main.ts"></script>`

/** Every entry for browsers, used as far as that goes without a server: what is written is downloaded, and encrypted. */
const script = `
${[...forBrowsers, ...alsoForBrowsers].map((name) => `import * as ${name.replaceAll(/\W/g, '_')} from '@gantry/${name}'`).join('\n')}
import { shareWeb } from './web.ts'
import { testPhantom } from './phantom.ts'

async function main() {
  const loaded = [${[...forBrowsers, ...alsoForBrowsers].map((name) => name.replaceAll(/\W/g, '_')).join(', ')}]
  if (loaded.some((entry) => Object.keys(entry).length === 0)) throw new Error('an entry is empty')
  await testPhantom()
  await shareWeb()
}
main().then(
  () => (document.title = 'all held'),
  (error) => (document.title = 'failed: ' + (error?.stack ?? error)),
)
`

const phantom = `
import { bytesOf, collect, Store } from '@gantry/core'
import { memory } from '@gantry/memory'
import { createDownload } from '@gantry/transfer/download'

export async function testPhantom(): Promise<void> {
  const store = new Store(memory())
  const directory = new Store(memory())
  const path = 'studies/1.2/series/1.2.3/instances/1.2.3.4.dcm'
  await store.write({ path, size: 5 }, bytesOf(new Uint8Array([1, 2, 3, 4, 5])))
  const { complete, files } = await createDownload({ store, directory }).download(['1.2']).start()
  if (!complete || files.length !== 1) throw new Error('the download is not complete')
  for await (const { path: stored } of directory.list()) {
    const bytes = await collect((await directory.read(stored)).body)
    if (bytes.join() !== '1,2,3,4,5') throw new Error('other bytes')
  }
}
`

const web = `
import { createGantry } from '@gantry/share'
import { webPlatform } from '@gantry/share/web'
import { hubStore } from '@gantry/hub-store'

export async function shareWeb(): Promise<void> {
  const gantry = createGantry({ hub: location.origin, platform: webPlatform({ openHubStore: hubStore }) })
  const { value } = await gantry.workspace.create([], { title: 'nothing yet' })
  if (value === undefined) throw new Error('no workspace')
}
`

/** A Vite app of the packages for browsers: it builds, and its page does what it says. */
export async function viteApp(given: Given): Promise<string[]> {
  const { root, clone, registry, folder, bin, signal } = given
  const there = { cwd: folder, bin, signal }
  const versions = await versionsOf(root)
  const published = new Map(clone.packages.map(({ name, manifest }) => [name, String(manifest['version'])]))
  const names = [...forBrowsers, ...alsoForBrowsers].map((name) => `@gantry/${name.replace(/\/.*/u, '')}`)
  const dependencies = Object.fromEntries(names.map((name) => [name, published.get(name) ?? 'not published'])) as object
  const devDependencies = { vite: versions['vite'] }
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, '.npmrc'), `${registry.npmrc}fund=false\naudit=false\n`)
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ private: true, type: 'module', dependencies, devDependencies }),
  )
  await writeFile(join(folder, 'index.html'), page)
  await writeFile(join(folder, 'main.ts'), script)
  await writeFile(join(folder, 'phantom.ts'), phantom)
  await writeFile(join(folder, 'web.ts'), web)
  await runNpm(['install', '--loglevel=error', '--cache', join(folder, '../npm-cache'), '--prefer-offline'], there)
  const said = await run(join(folder, 'node_modules/.bin/vite'), ['build', '--target', 'esnext'], there)
  const told = ['it builds']
  // Codecs that were compiled for both look for Node, and do without.
  const node = said.split('\n').filter((line) => /externalized for browser.*@gantry/u.test(line))
  if (node.length > 0) throw new Error(`What is for browsers imports Node:\n${node.join('\n')}`)

  const unavailable = await browserUnavailable()
  if (unavailable !== undefined) return [...told, `NOT loaded: ${unavailable}`]
  const served = await serveFolder(join(folder, 'dist'))
  try {
    const browser = await openBrowser()
    try {
      const opened = await browser.newPage()
      const errors: string[] = []
      opened.on('pageerror', (error) => errors.push(error.message))
      await opened.goto(served.url)
      await opened.waitForFunction(`document.title !== 'loading'`, undefined, { timeout: 60_000 })
      const title = await opened.title()
      if (title !== 'all held' || errors.length > 0) throw new Error(`the page says: ${[title, ...errors].join('; ')}`)
    } finally {
      await browser.close()
    }
  } finally {
    await served.close()
  }
  return [...told, 'its page loads, and downloads']
}
