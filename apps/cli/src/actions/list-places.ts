import { type Discovered, type ErrorCode, type GantryError, isGantryError } from '@gantry/core'

import type { Context } from '../context.ts'
import { type ExitCode, exitCodeOfAll } from '../exit-code.ts'
import { type Discovering, walkPlaces } from '../places/walk-places.ts'
import { countOf } from '../render/amounts.ts'
import { type Failure, listedFailures, renderFailures } from '../render/failures.ts'
import { toJsonLine } from '../render/json.ts'
import { printable } from '../render/text.ts'

/** Columns of the first word: `location` and the others are no longer. */
const kindWidth = 8

/** `gantry ls` of a URL that stops short of a store: what lies below, level by level. */
export async function listPlaces(
  context: Context,
  discover: Discovering,
  url: string,
  recursive: boolean,
): Promise<ExitCode> {
  const { io, options, signal, style } = context
  const codes: ErrorCode[] = []
  const failures: Failure[] = []
  let count = 0
  const head = `${style.stdout.bold(`${'kind'.padEnd(kindWidth)}  place`)}\n`
  for await (const place of walkPlaces(discover, url, { recursive, signal })) {
    if (count === 0 && !options.json && io.stdout.isTerminal) io.stdout.write(head)
    count += 1
    const { error } = place
    if (error !== undefined) {
      codes.push(error.code)
      if (failures.length < listedFailures) failures.push({ path: place.url, code: error.code, message: error.message })
    }
    io.stdout.write(options.json ? toJsonLine(placeJson(place)) : `${renderPlace(context, place)}\n`)
    await io.stdout.ready()
  }
  const exit = exitCodeOfAll(codes)
  if (options.json) {
    io.stdout.write(toJsonLine({ type: 'result', places: count, refused: codes.length, exit }))
    return exit
  }
  if (codes.length > 0) {
    const lines = renderFailures(failures, codes.length, 'with --json it says all', style.stderr)
    io.stderr.write(`\nNot told, or not in full:\n${lines.join('\n')}\n`)
  }
  if (!options.quiet) io.stderr.write(`${count === 0 ? 'Nothing is here.' : countOf(count, 'place', 'places')}\n`)
  return exit
}

function renderPlace({ style }: Context, { kind, url, name, error }: Discovered): string {
  const { dim, red } = style.stdout
  // One that has no URL of its own shows under which it was found.
  const shown = error?.code === 'invalid' ? `${url}: ${JSON.stringify(name)}` : url
  return `${dim(printable(kind).padEnd(kindWidth))}  ${printable(shown)}${error === undefined ? '' : `  ${red(error.code)}`}`
}

function placeJson({ kind, url, name, store, error }: Discovered): object {
  return { type: 'found', kind, name, url, store, ...(error && { error: errorJson(error) }) }
}

function errorJson({ code, message, cause }: GantryError): object {
  // What adapters tell of a permission that is missing; plain data, whichever adapter it was.
  const { permission, role } = { ...(isGantryError(cause) ? {} : (cause as { permission?: unknown; role?: unknown })) }
  return {
    code,
    message,
    ...(typeof permission === 'string' && { permission }),
    ...(typeof role === 'string' && { role }),
  }
}
