import { dicomweb } from '@gantry/dicomweb/node'
import { healthcareAdapter } from '@gantry/google'

/** Cloud Healthcare over the DICOMweb driver. */
export const healthcare = healthcareAdapter({
  openDicomweb: ({ root, tokens, quotaProject }) =>
    dicomweb({
      root,
      tokens,
      profile: 'google',
      ...(quotaProject !== undefined && { headers: { 'x-goog-user-project': quotaProject } }),
    }),
})
