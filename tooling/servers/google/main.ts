import { readArguments } from '@gantry-tooling/arguments'

import { deviceClient, type GoogleProject, installedClient } from './options.ts'
import { startGoogle } from './start-google.ts'

// For development: runs until Ctrl-C, with some projects, the largest of 5,000 stores.
const { values } = await readArguments(
  {
    options: {
      dicomweb: { type: 'string' },
      port: { type: 'string', default: '0' },
      help: { type: 'boolean', default: false },
    },
  },
  'node tooling/servers/google/main.ts [--dicomweb URL] [--port N]',
)
const projects: readonly GoogleProject[] = [
  {
    projectId: 'my-project',
    locations: { 'us-central1': { ct: ['trial', 'routine'], mr: ['brain'] }, eu: { pet: 5000 } },
  },
  { projectId: 'my-prototype', locations: { 'europe-west2': { scans: ['first'] } } },
  { projectId: 'radiology-archive', locations: { us: { closed: ['a'], open: ['b'] } } },
]
const { dicomweb } = values
const google = await startGoogle(
  { projects, deviceInterval: 2, ...(dicomweb !== undefined && { dicomweb }) },
  Number(values.port),
)
google.controls.denied.push({
  resource: 'projects/radiology-archive/locations/us/datasets/closed',
  permission: 'healthcare.dicomStores.list',
})
console.log(`export GANTRY_GOOGLE_ENDPOINT=${google.url}
export GANTRY_GOOGLE_CLIENT_ID=${installedClient.clientId} GANTRY_GOOGLE_CLIENT_SECRET=${installedClient.clientSecret}
# with --device: ${deviceClient.clientId} ${deviceClient.clientSecret}`)
