import type { ReadStream } from 'node:tty'

/** Without a key for so long, whoever typed ahead has stopped (milliseconds). */
const quiet = 100

/**
 * Asks at the terminal. What was typed before the question stood there is no answer to it, and no single key is: `y` or
 * `yes`, and Enter. `undefined`: they left the question.
 */
export async function confirm(
  question: string,
  { input, output }: { readonly input: ReadStream; readonly output: NodeJS.WritableStream },
): Promise<boolean | undefined> {
  if (!(await discardTyped(input))) return undefined
  const { createInterface } = await import('node:readline')
  const lines = createInterface({ input, output, terminal: true, historySize: 0 })
  return await new Promise((resolve) => {
    // Of Ctrl-C and Ctrl-D.
    const onClose = () => {
      output.write('\n')
      resolve(undefined)
    }
    lines.once('close', onClose)
    lines.question(`${question} Type y and Enter to confirm: `, (answer) => {
      lines.off('close', onClose)
      resolve(/^\s*y(?:es)?\s*$/iu.test(answer))
      lines.close()
    })
  })
}

/** Throws away what waits in the terminal; `false` where Ctrl-C is in it. */
async function discardTyped(input: ReadStream): Promise<boolean> {
  // Else the terminal itself keeps what has no Enter behind it, and gives it to whoever reads next.
  input.setRawMode(true)
  let stopped = false
  await new Promise<void>((resolve) => {
    let timer = setTimeout(() => end(), quiet)
    const onData = (typed: Buffer | string) => {
      clearTimeout(timer)
      stopped = typed.toString().includes('\u0003')
      if (stopped) end()
      else timer = setTimeout(() => end(), quiet)
    }
    const end = () => {
      input.off('data', onData)
      input.off('end', end)
      resolve()
    }
    input.on('data', onData)
    input.once('end', end)
  })
  input.pause()
  input.setRawMode(false)
  return !stopped
}
