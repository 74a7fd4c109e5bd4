import { errorOfHttpRefusal, type GantryError, type HttpRefusalAnswer } from '@gantry/core/driver'

/** The error that a refusal of a DICOMweb service stands for. Never quotes its text, which may name a patient. */
export function errorOfRefusal(answer: HttpRefusalAnswer): GantryError {
  return errorOfHttpRefusal(answer)
}
