import type { Command } from 'commander'

import { exitCodes } from '../exit-code.ts'
import { toJsonLine } from '../render/json.ts'
import { versionJson, versionOf } from '../version.ts'
import type { Perform } from './perform.ts'

export function addVersion(program: Command, perform: Perform): void {
  const command = program.command('version').summary('show the version')
  command.action(async () => {
    await perform(command, ({ io, options }) => {
      const { versions, platform, arch } = process
      const text = `gantry ${versionOf()} (Node ${versions.node}, ${platform} ${arch})\n`
      io.stdout.write(options.json ? toJsonLine(versionJson()) : text)
      return Promise.resolve(exitCodes.done)
    })
  })
}
