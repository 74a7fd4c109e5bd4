import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'

import type { HubPages } from '@gantry/hub'
import { folderPages } from '@gantry/hub/node'

import type { Context } from '../../context.ts'
import { printable } from '../../render/text.ts'
import { UsageError } from '../../usage-error.ts'
import type { OpenedRemotes } from './open-remotes.ts'
import type { HubFlags } from './serve.ts'

/** The web app of `--pages`. Unless its folder has an `app.json` of its own, it is told what the hub offers to open. */
export async function openPages(
  { io }: Context,
  { pages, connect = [] }: HubFlags,
  remotes: OpenedRemotes['remotes'],
): Promise<HubPages | undefined> {
  if (pages === undefined) {
    if (connect.length > 0) throw new UsageError('--connect is for the pages of --pages: give that as well.')
    return undefined
  }
  for (const origin of connect) {
    if (URL.parse(origin)?.origin !== origin) {
      throw new UsageError(
        `--connect takes origins, such as https://storage.example.org; ${printable(origin)} is none.`,
      )
    }
  }
  const folder = resolve(io.cwd, pages)
  if (!(await isFile(join(folder, 'index.html')))) {
    throw new UsageError(`${printable(pages)} has no index.html: --pages takes the folder of a web app that was built.`)
  }
  const own = await isFile(join(folder, 'app.json'))
  return folderPages(folder, { connect, ...(!own && { config: { remotes } }) })
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true
}
