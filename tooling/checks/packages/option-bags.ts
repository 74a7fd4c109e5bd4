import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Options that may be left out and refuse `undefined`: whoever compiles with `exactOptionalPropertyTypes` could not hand on one
 * that he was given himself. Of exported interfaces called `...Options`; members of one line, which the formatter makes most.
 */
export function refusingUndefined(source: string): string[] {
  return [...source.matchAll(/^export interface (\w+Options)\b[^{]*\{\n(.*?)^\}$/gmsu)].flatMap(([, name, body = '']) =>
    [...body.matchAll(/^ {2}(?:readonly )?(\w+)\?: (.+)$/gmu)]
      // What goes on in other lines ends there, and `unknown` takes all.
      .filter(([, , type = '']) => !/(?:\| undefined|[{(<[|,]|\bunknown)$/u.test(type))
      .map(([, member]) => `${name}.${member} may be left out, and must take undefined`),
  )
}

export function optionProblems(root: string, folder: string): string[] {
  const sources = globSync('src/**/*.ts', { cwd: join(root, folder) })
  return sources
    .filter((path) => !/\.test\.ts$|\/testing\/|test-rig/u.test(path))
    .flatMap((path) =>
      refusingUndefined(readFileSync(join(root, folder, path), 'utf8')).map((problem) => `${path}: ${problem}`),
    )
}
