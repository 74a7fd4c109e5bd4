import type { Interruption, Io } from './io.ts'
import type { Style } from './render/style.ts'

/** Options that every command takes. */
export interface GlobalOptions {
  /** One JSON object a line on stdout, for programs. */
  readonly json: boolean
  /** Nothing but results and errors. */
  readonly quiet: boolean
  /** What went on inside, on stderr: no paths and nothing read from an image. */
  readonly debug: boolean
  /** Configuration file; default: the one that is found. */
  readonly config: string | undefined
  /** File of certificates that are trusted beside the system's. */
  readonly ca: string | undefined
}

/** What a command's action is given beside its own arguments. */
export interface Context {
  readonly io: Io
  readonly options: GlobalOptions
  /** Aborted when the command is asked to stop; its reason is the `Interruption`. */
  readonly signal: AbortSignal & { readonly reason: Interruption | undefined }
  /** For text on stdout and on stderr: colours only where a person sees them. */
  readonly style: { readonly stdout: Style; readonly stderr: Style }
  readonly debug: (text: string) => void
}

/** For what is to leave stdout to something else: what it says goes to stderr. */
export function besideOutput(context: Context): Context {
  const { io, style } = context
  return { ...context, io: { ...io, stdout: io.stderr }, style: { ...style, stdout: style.stderr } }
}
