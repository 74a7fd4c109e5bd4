import { readKeyFile } from '@gantry/hub-store/node'

import { inputsIn, nodeGantry, valueOf } from '../rig/node-gantry.ts'
import { shapes, tags, title, views } from './state.ts'

// Process A: shares what is in a folder. All that it says is the secret.
const [folder = '', keyFile = '', catalogue = '', passphrase] = process.argv.slice(2)
const gantry = nodeGantry({ key: await readKeyFile(keyFile), catalogue })
const files = await inputsIn(folder)
const volumes = valueOf(await gantry.med.loadFromFiles(files))
const geometries = valueOf(await gantry.geometry.loadFromFiles(files))
volumes[0]?.update({ opacity: 0.75, window: { center: 41, width: 399 } })
geometries[0]?.update({ name: 'Quellmalz surface' })
const workspace = valueOf(await gantry.workspace.create(volumes, { geometries, title, tags, shapes, views }))
const ensured = await gantry.workspace.ensureSources(workspace)
if (ensured.error !== undefined) throw ensured.error
const json = valueOf(await gantry.workspace.serialize(workspace))
console.log(valueOf(await gantry.storage.uploadMetadata(json, { passphrase, expiresIn: '1h' })).secret)
