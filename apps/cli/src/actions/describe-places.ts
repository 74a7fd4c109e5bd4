import type { Adapter } from '@gantry/core'

import { loadAdapters } from '../config/load-adapters.ts'
import { loadConfig } from '../config/load-config.ts'
import type { Context } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { builtinAdapters, builtinOverAdapters } from '../places/builtin-adapters.ts'
import { valuesOf } from '../places/option-values.ts'
import { isSecret } from '../places/store-options.ts'

const intro = `A source or destination is one of

  ./study, /data/study, C:\\data   a folder or a file on this machine
  s3://bucket/prefix              a URL; options follow as ?key=value&key=value
  gs://bucket/prefix              Google Cloud Storage, as whom Google's own tools have signed in
  hub://hub.example.org/prefix    what a hub keeps; with the key of gantry login, or keyFile=FILE as an option
  dicomweb://host/dicom-web       a DICOMweb service; without TLS, on this machine, dicomweb+http://
  healthcare://PROJECT/LOCATION/DATASET/STORE
                                  a DICOM store of Google Cloud; with gantry login --google. Less of it: gantry ls
  igt+https://host/project/...    a project of the Philips IGT cloud, as whom gantry igt login has logged in
  cod+s3://bucket/root            cloud optimized DICOM in any of these: cod+file:///archive
  car+s3://bucket/archive         an archive that is packed and encrypted, in any of these; opened by GANTRY_ARCHIVE_PASSPHRASE
  ipfs+..., w3up+...              the same, with its bytes on a Kubo node, or in a space of a w3up service
  pacs: or pacs:sub/path          a remote, as the configuration names it

Keys and tokens belong in the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, ...) or in the options of a
remote as { env: 'NAME' }, never on a command line. A folder whose name holds a colon is written ./name:x
`

/** `gantry help places`. */
export async function describePlaces({ io, options, style }: Context): Promise<ExitCode> {
  const config = await loadConfig(io.cwd, io.env, options.config)
  const builtin = await Promise.all(Object.values(builtinAdapters).map(async (load) => await load()))
  const over = await Promise.all(Object.values(builtinOverAdapters).map(async (load) => await load()))
  const adapters = [...builtin, ...(await loadAdapters(config.adapters, config.folder))]
  const bold = style.stdout.bold
  const lines = [intro]
  for (const adapter of adapters)
    lines.push(bold(`${adapter.scheme}:`), `  ${adapter.summary}`, ...optionLines(adapter), '')
  for (const { scheme, summary, options: own } of over)
    lines.push(bold(`${scheme}+...:`), `  ${summary}`, ...optionLines({ scheme, options: own }), '')
  const remotes = Object.entries(config.remotes)
  lines.push(bold(config.file === undefined ? 'No configuration file was found.' : `Remotes in ${config.file}`))
  for (const [name, remote] of remotes) lines.push(`  ${name}:  ${typeof remote === 'string' ? remote : remote.url}`)
  io.stdout.write(`${lines.join('\n')}\n`)
  return exitCodes.done
}

function optionLines(adapter: Pick<Adapter, 'scheme' | 'options'>): string[] {
  const fields = Object.entries(adapter.options.shape)
  const width = Math.max(0, ...fields.map(([name]) => name.length))
  return fields.flatMap(([name, field]) => {
    const values = valuesOf(field)
    if (values === undefined) return []
    const described = 'description' in field && typeof field.description === 'string' ? field.description : ''
    const more = isSecret(name, adapter) ? '(not on a command line)' : `[${values}]`
    return [`    ${name.padEnd(width)}  ${described} ${more}`]
  })
}
