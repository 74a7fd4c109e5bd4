import { type Command, Option } from 'commander'

import { splitGlobs } from './split-globs.ts'

/** `--include` and `--exclude`. A pattern that is none is told before anything is begun. */
export function addGlobOptions(command: Command, example: string): Command {
  command.addOption(new Option('--include <glob>', `path, such as ${example}`).argParser(splitGlobs))
  command.addOption(new Option('--exclude <glob>', 'leave these out').argParser(splitGlobs))
  return command.hook('preAction', async () => {
    const { include = [], exclude = [] } = command.opts<{ include?: string[]; exclude?: string[] }>()
    const patterns = [...include, ...exclude]
    if (patterns.length === 0) return
    // Core is loaded where there is something to look at: help and completion are quick.
    const { compileGlob } = await import('@gantry/core')
    for (const pattern of patterns) {
      try {
        compileGlob(pattern)
      } catch (error) {
        command.error(`error: ${(error as Error).message}`)
      }
    }
  })
}
