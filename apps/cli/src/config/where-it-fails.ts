import { execFile } from 'node:child_process'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** The file and line where a module failed to load, ` (FILE:LINE)`; empty where nobody says. */
export async function whereItFails(file: string, error: unknown): Promise<string> {
  if (!(error instanceof Error)) return ''
  const { stack = '' } = error
  // What is no TypeScript is told by the first line.
  const [, path, line] = /^(\/[^\n]*|[A-Za-z]:[^\n]*):(\d+)\n/u.exec(stack) ?? []
  if (path !== undefined && line !== undefined) return ` (${path}:${line})`
  const thrown = /\(?(file:\/\/[^\s()]+):(\d+):\d+\)?/gu
  for (const [, url = '', at = ''] of stack.matchAll(thrown)) {
    if (url === pathToFileURL(file).href) return ` (${fileURLToPath(url)}:${at})`
  }
  const checked = error instanceof SyntaxError ? await lineOfSyntax(file) : undefined
  return checked === undefined ? '' : ` (${file}:${checked})`
}

/** An error of syntax knows no line; Node tells it where it only looks at a file. */
async function lineOfSyntax(file: string): Promise<string | undefined> {
  const said = await new Promise<string>((resolve) => {
    execFile(process.execPath, ['--check', file], (_, _stdout, stderr) => resolve(stderr))
  })
  return /^\S.*:(\d+)\r?$/mu.exec(said)?.[1]
}
