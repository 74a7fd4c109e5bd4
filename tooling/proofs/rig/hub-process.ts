import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import { freePort } from '@gantry-tooling/servers'
import { Store } from '@gantry/core'
import type { HubKeyFile, HubScope } from '@gantry/core/hub'
import { fs } from '@gantry/fs'
import type { RequestLog } from '@gantry/hub'
import { type FileHub, openHub } from '@gantry/hub/node'
import { onTestFinished } from 'vitest'

import { temporaryFolder } from './temporary-folder.ts'

export interface HubSettings {
  readonly folder: string
  readonly issuer: string
  readonly port: number
  readonly tokenFor?: number | undefined
}

const program = join(import.meta.dirname, 'hub-program.ts')
const everything: readonly HubScope[] = ['sources:read', 'sources:write', 'shares:read', 'shares:write']

/** A hub in a process of its own, which can be killed and started again over the same folder. */
export class HubProcess {
  readonly settings: HubSettings
  /** The same hub's database, from beside: to make and revoke accounts, as the command line does. */
  readonly beside: FileHub
  #child: ChildProcess | undefined

  private constructor(settings: HubSettings, beside: FileHub) {
    this.settings = settings
    this.beside = beside
  }

  /** `issuer` is where clients find it, if not by its own port: a proxy. */
  static async start(more: { readonly issuer?: string; readonly port?: number; readonly tokenFor?: number } = {}) {
    const { port = await freePort(), tokenFor } = more
    const folder = temporaryFolder()
    const settings = { folder, issuer: more.issuer ?? `http://127.0.0.1:${port}`, port, tokenFor }
    const keeper = new Store(fs({ root: join(folder, 'keeper') }))
    const beside = await openHub({ folder: join(folder, 'hub'), keeper, issuer: settings.issuer })
    const hub = new HubProcess(settings, beside)
    onTestFinished(async () => {
      await beside.close()
      await hub.kill()
    })
    await hub.start()
    return hub
  }

  get url(): string {
    return this.settings.issuer
  }

  async start(): Promise<void> {
    const args = ['--conditions=@gantry/source', program, JSON.stringify(this.settings)]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    this.#child = child
    const lines = createInterface(child.stdout)
    const ended = once(child, 'close').then(() => {
      throw new Error('The hub ended before it served.')
    })
    await Promise.race([once(lines, 'line'), ended])
    ended.catch(() => {})
  }

  /** As `kill -9` does it. */
  async kill(): Promise<void> {
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const closed = once(child, 'close')
    child.kill('SIGKILL')
    await closed
  }

  async account(name: string, scopes = everything, prefixes?: readonly string[]): Promise<HubKeyFile> {
    return await this.beside.accounts.create(name, { scopes, ...(prefixes && { prefixes }) })
  }

  /** Bytes that all accounts keep. */
  async used(): Promise<number> {
    return (await this.beside.accounts.list()).reduce((sum, { used }) => sum + used, 0)
  }

  /** Requests that were answered so far. */
  async requests(): Promise<readonly RequestLog[]> {
    const text = await readFile(join(this.settings.folder, 'log.jsonl'), 'utf8').catch(() => '')
    const lines = text.split('\n').filter((line) => line !== '')
    return lines.map((line) => JSON.parse(line) as RequestLog).filter(({ route }) => route !== undefined)
  }
}
