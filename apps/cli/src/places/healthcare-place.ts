import { GantryError } from '@gantry/core'
import { healthcareAdapter } from '@gantry/google'

/** Cloud Healthcare over the DICOMweb driver. */
export const healthcare = healthcareAdapter({
  openDicomweb() {
    throw new GantryError('unsupported', 'DICOMweb stores cannot be opened yet.')
  },
})
