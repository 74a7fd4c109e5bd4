import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { readWorkspace, sourcesOf } from '../layers/workspace.ts'

const LONGEST = 300

/** One concept a file: named after it in kebab-case, and short enough to be read in one go. */
export function checkFiles(root: string): string[] {
  const workspace = readWorkspace(root)
  return workspace.packages.flatMap((member) =>
    sourcesOf(workspace, member).flatMap((file) => {
      const path = `${member.folder}/${file}`
      const lines = readFileSync(join(root, path), 'utf8').split('\n').length - 1
      return [
        ...(/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)+$/.test(basename(path)) ? [] : [`${path}: its name is not kebab-case`]),
        ...(lines <= LONGEST ? [] : [`${path}: ${lines} lines, more than ${LONGEST}`]),
      ]
    }),
  )
}
