import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

import { orthancUnavailable, startOrthanc } from '@gantry-tooling/servers'
import { Store } from '@gantry/core'
import { dicomweb } from '@gantry/dicomweb/node'

import type { Backend, RunningBackend } from '../backend.ts'
import type { Network } from '../network.ts'

const bin = fileURLToPath(new URL('../../../apps/cli/bin/gantry.js', import.meta.url))

async function running(network: Network, server: string, root: string, close: () => Promise<void>) {
  const { origin, pathname } = new URL(root)
  const through = `dicomweb+${await network.through(origin)}${pathname}`
  const made: RunningBackend = {
    server,
    place: (_, { study }) => ({
      url: through,
      words: { down: ['--study', study] },
      open: async () => await Promise.resolve(new Store(dicomweb({ root }))),
      prefix: `studies/${study}`,
    }),
    data: {
      up: { method: 'POST', path: /\/studies/u },
      down: { method: 'GET', path: /\/series\/[\d.]+(?:\/instances\/[\d.]+)?$/u },
    },
    close,
  }
  return made
}

/** A bit that flips where no digest is told, and no TLS is in between, nobody can see. */
const excused: Backend['excused'] = (fault, direction) =>
  fault === 'corrupt' && direction === 'down'
    ? 'DICOMweb tells no digests: what changes on the way down is noticed by TLS, or by nobody; such entries count as unverified'
    : undefined

export const orthancBackend: Backend = {
  name: 'dicomweb, Orthanc',
  adapters: ['dicomweb'],
  heavy: true,
  excused,
  unavailable: orthancUnavailable,
  async start(network) {
    const orthanc = await startOrthanc()
    return await running(network, orthanc.name, orthanc.root, async () => await orthanc.stop())
  },
}

/** `gantry serve` over a folder. */
export const serveBackend: Backend = {
  name: 'dicomweb, gantry serve',
  adapters: ['dicomweb'],
  excused,
  async start(network, folder) {
    const served = join(folder, 'served')
    await mkdir(served, { recursive: true })
    const words = ['serve', served, '--port', '0', '--index', join(folder, 'index.sqlite'), '--stow', '--json']
    const child = spawn(process.execPath, [bin, ...words], { stdio: ['ignore', 'pipe', 'inherit'] })
    // Whoever ends this process ends it too.
    const end = () => void child.kill('SIGKILL')
    process.once('exit', end)
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    createInterface(child.stdout).on('line', (text) => {
      const { type, url } = JSON.parse(text) as { type: string; url?: string }
      if (type === 'serving' && url !== undefined) resolve(url)
    })
    child.once('close', (code) => reject(new Error(`gantry serve ended with ${code}.`)))
    const root = await promise
    return await running(network, 'gantry serve', root, async () => {
      const closed = once(child, 'close')
      process.off('exit', end)
      if (child.exitCode === null && child.kill('SIGKILL')) await closed
    })
  },
}
