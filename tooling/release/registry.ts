import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import type { Server } from 'node:http'
import { join } from 'node:path'

import { runServer } from 'verdaccio'

import { run } from './run.ts'

/** A registry on this machine, empty, whose packages are forgotten with `folder`. */
export interface Registry {
  readonly url: string
  /** An `.npmrc` by which our packages come from here, and all others from where they always come from. */
  readonly npmrc: string
  /** An `.npmrc` by which everything comes by way of here. */
  readonly wholeNpmrc: string
  close(): Promise<void>
}

/** The names that are published here; none of these is ever asked of another registry. */
const ours = ['@gantry/*', 'create-gantry-adapter']

export async function startRegistry(folder: string, signal: AbortSignal): Promise<Registry> {
  await mkdir(folder, { recursive: true })
  const { npm_config_registry: told, NPM_CONFIG_REGISTRY: set } = process.env
  const uplink = told ?? set ?? (await run('npm', ['config', 'get', 'registry'], { cwd: folder, signal })).trim()
  const everyone = { access: '$all', publish: '$all', unpublish: '$all' }
  const configPath = join(folder, 'config.yaml')
  await writeFile(configPath, '{}')
  const config = {
    self_path: configPath,
    configPath,
    storage: join(folder, 'storage'),
    uplinks: { others: { url: uplink, timeout: '60s', max_fails: 20 } },
    packages: {
      ...Object.fromEntries(ours.map((pattern) => [pattern, everyone])),
      '**': { access: '$all', proxy: 'others' },
    },
    server: { keepAliveTimeout: 60 },
    max_body_size: '100mb',
    web: { enable: false },
    log: { type: 'stdout', format: 'pretty', level: 'fatal' },
  }
  const server = (await runServer(config)) as Server
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const url = `http://${host}/`
  // npm publishes with a token only; this registry asks whoever it is.
  const token = `//${host}/:_authToken=nobody\n`
  return {
    url,
    npmrc: `registry=${uplink}\n@gantry:registry=${url}\n${token}`,
    wholeNpmrc: `registry=${url}\n@gantry:registry=${url}\n${token}`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
