import type { Command } from 'commander'

import { exitCodes } from '../exit-code.ts'
import { versionOf } from '../version.ts'
import type { Perform } from './perform.ts'

export function addVersion(program: Command, perform: Perform): void {
  const command = program.command('version').summary('show the version')
  command.action(async () => {
    await perform(command, ({ io, options }) => {
      const { versions, platform, arch } = process
      const facts = { version: versionOf(), node: versions.node, platform, arch }
      const text = `gantry ${facts.version} (Node ${facts.node}, ${platform} ${arch})`
      io.stdout.write(`${options.json ? JSON.stringify({ type: 'version', ...facts }) : text}\n`)
      return Promise.resolve(exitCodes.done)
    })
  })
}
