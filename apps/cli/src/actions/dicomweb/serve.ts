import { once } from 'node:events'

import { isGantryError } from '@gantry/core'
import { type DicomLayout, hierarchicalLayout, templateLayout } from '@gantry/dicom'
import { isLoopback } from '@gantry/http'
import { tokenAccess, uidLayout } from '@gantry/serve'
import { serveDicomweb } from '@gantry/serve/node'

import type { Context } from '../../context.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import { bareUrl } from '../../places/bare-url.ts'
import { toJsonLine } from '../../render/json.ts'
import { printable } from '../../render/text.ts'
import { UsageError } from '../../usage-error.ts'
import { listening } from '../hub/listening.ts'
import { servingLog } from '../serving-log.ts'
import { createIndexReporter } from './index-reporter.ts'
import { openDicomweb } from './open-dicomweb.ts'
import { readTokens } from './token-file.ts'

export interface ServeFlags {
  readonly port: number
  readonly host: string
  readonly url?: string
  readonly stow?: boolean
  readonly layout?: string
  readonly index?: string
  /** Seconds. */
  readonly refresh: number
  readonly cors?: readonly string[]
  readonly tokenFile?: string
  readonly hub?: string
  readonly verbose?: boolean
  readonly option?: readonly string[]
}

/** `gantry serve`: serves until it is asked to stop. */
export async function serveHere(context: Context, place: string, flags: ServeFlags): Promise<ExitCode> {
  const { io, options, signal, style } = context
  const { host, port, refresh } = flags
  const isOpen = flags.tokenFile === undefined && flags.hub === undefined
  if (isOpen && !isLoopback(host)) {
    throw new UsageError(
      'Others could read all images there: give tokens with --token-file, take those of a hub with --hub, or listen at 127.0.0.1.',
    )
  }
  const url = rootOf(flags)
  const origins = originsOf(flags)
  if (isOpen && origins.includes('*')) {
    throw new UsageError(
      'Any web page that is open in a browser here could read all images: name the pages with --cors, give tokens with --token-file, or take those of a hub with --hub.',
    )
  }
  const reporter = createIndexReporter(context)
  const log = servingLog(context, (line) => reporter.print(line))
  const onError = (error: unknown) => log.trouble(error)
  const isLogged = options.json || flags.verbose === true
  const stow = layoutOf(flags)
  const tokens = flags.tokenFile === undefined ? {} : await readTokens(context, flags.tokenFile)
  const hub =
    flags.hub === undefined ? undefined : await (await import('./hub-access.ts')).hubAccess(context, flags.hub)
  const access = isOpen ? undefined : tokenAccess({ ...tokens, ...(hub !== undefined && { check: hub.check }) })
  const opened = await openDicomweb(context, place, flags, {
    path: '/dicom-web',
    origins,
    onError,
    onIndex: (status) => reporter.progress(status),
    onIndexed: (status) => reporter.done(status),
    ...(stow !== undefined && { stow }),
    ...(url !== undefined && { url }),
    ...(access !== undefined && { access }),
    ...(isLogged && { log: log.request }),
  }).catch((error: unknown) => {
    hub?.close()
    throw error
  })
  try {
    const hosts = isLoopback(host) ? (url === undefined ? [] : [new URL(url).hostname]) : ['*']
    const served = await listening(port, host, async () => {
      return await serveDicomweb(opened.server, { port, host, hosts, onError })
    })
    try {
      const root = url ?? served.url
      if (options.json)
        io.stdout.write(toJsonLine({ type: 'serving', url: root, listening: served.url, index: opened.index }))
      else {
        io.stdout.write(
          `${style.stdout.green('DICOMweb')} ${root}${root === served.url ? '' : `, listening at ${served.url}`}\n`,
        )
        if (!options.quiet) reporter.print(style.stderr.dim(`index in ${printable(opened.index)}; Ctrl-C stops it`))
      }
      if (url === undefined && !isLoopback(host)) {
        // Which names lead here is not known: whoever asks says so, and what stands between may keep the answer for others.
        reporter.print(
          `${style.stderr.yellow('warning')}: addresses in answers begin with any host that a client names: give the root as others reach it with --url.`,
        )
      }
      opened.server.keepFresh(refresh * 1000)
      if (!signal.aborted) await once(signal, 'abort')
      reporter.end()
      if (!options.json && !options.quiet) io.stderr.write('Stopping (Ctrl-C again stops at once)\n')
    } finally {
      await served.close()
    }
  } finally {
    await opened.close()
    hub?.close()
  }
  return exitCodes.done
}

function layoutOf({ stow, layout }: ServeFlags): DicomLayout | undefined {
  if (stow !== true) {
    if (layout !== undefined) throw new UsageError('--layout says where stored images go: give --stow as well.')
    return undefined
  }
  if (layout === undefined) return uidLayout
  if (layout === 'hierarchical') return hierarchicalLayout
  try {
    return templateLayout(layout)
  } catch (error) {
    if (isGantryError(error)) throw new UsageError(error.message, { cause: error })
    throw error
  }
}

/** Compared as browsers send them: one with a slash at its end would never be met. */
function originsOf({ cors = [] }: ServeFlags): readonly string[] {
  return cors.map((given) => {
    if (given === '*') return given
    const { origin = 'null' } = URL.parse(given) ?? {}
    if (origin !== 'null' && /^[^?#]*$/u.test(given) && URL.parse(given)?.pathname === '/') return origin
    throw new UsageError('--cors takes the origin of a page, as https://viewer.example.org, or * for all pages.')
  })
}

/** Without a slash at its end. */
function rootOf({ url }: ServeFlags): string | undefined {
  if (url === undefined) return undefined
  const parsed = bareUrl(url)
  if (parsed !== undefined && /^https?:$/u.test(parsed.protocol)) return parsed.href.replace(/\/+$/u, '')
  throw new UsageError('The root is like https://pacs.example.org/dicom-web, without user, query and fragment.')
}
