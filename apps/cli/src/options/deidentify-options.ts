import { type Command, InvalidArgumentError, Option } from 'commander'

import { UsageError } from '../usage-error.ts'
import { split } from './collect.ts'

/** A rectangle of pixels, from the upper left corner. */
export interface BlankRectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** What the flags of de-identification were given, as commander names them. */
export interface DeidentifyFlags {
  readonly deidentify?: boolean
  readonly deidentifyKey?: string
  readonly deidentifyRetain?: readonly string[]
  readonly clean?: readonly string[]
  readonly blank?: readonly BlankRectangle[]
}

/** `asRetain`: `--retain` says the same, which where things are kept for a time is said of that. */
export function addDeidentifyOptions(command: Command, { asRetain = false } = {}): void {
  command.optionsGroup('De-identification, by the Basic Profile of DICOM PS3.15 (needs --deidentify):')
  command.option('--deidentify', 'copy images without who they are of; what is no DICOM image is not copied')
  command.option(
    '--deidentify-key <file>',
    'secret of the project, in a file for you alone (else in GANTRY_DEIDENTIFY_KEY); the same for all that belongs together',
  )
  const retain = asRetain ? '--retain, --deidentify-retain <what>' : '--deidentify-retain <what>'
  command.addOption(
    new Option(
      retain,
      'uids, device, institution, patient-characteristics, full-dates or modified-dates, safe-private',
    ).argParser(split),
  )
  command.addOption(new Option('--clean <what>', 'descriptors, structured-content, graphics').argParser(split))
  command.addOption(
    new Option('--blank <x,y,width,height>', 'blank these pixels in every frame (may be repeated)').argParser(
      rectangle,
    ),
  )
  command.optionsGroup('Options:')
}

/** Whoever names what is to be retained means the rest to be removed. */
export function refuseWithout({ deidentify, deidentifyKey, deidentifyRetain, clean, blank }: DeidentifyFlags): void {
  if (deidentify === true || (deidentifyKey ?? deidentifyRetain ?? clean ?? blank) === undefined) return
  throw new UsageError(
    '--retain, --clean and --blank need --deidentify. To keep images for a time: gantry archive --retain 7y.',
  )
}

function rectangle(text: string, previous: readonly BlankRectangle[] | undefined): BlankRectangle[] {
  const [, x, y, width, height] = /^(\d{1,5}),(\d{1,5}),(\d{1,5}),(\d{1,5})$/u.exec(text.replaceAll(' ', '')) ?? []
  if (height === undefined || Number(width) === 0 || Number(height) === 0) {
    throw new InvalidArgumentError('A rectangle is written x,y,width,height, in pixels: 0,0,640,48')
  }
  return [...(previous ?? []), { x: Number(x), y: Number(y), width: Number(width), height: Number(height) }]
}
