import { GantryError, isGantryError } from '@gantry/core/driver'

/**
 * Why a small file of the archive tells nothing. Its name stands in the message: it is random, tells nothing of patients, and
 * is what has to be brought back from a backup. Asked again, it says the same.
 */
export function unreadable(path: string, cause: unknown): GantryError {
  return new GantryError('integrity', `The file ${path} of the archive is damaged: what it keeps cannot be read.`, {
    cause,
    path,
    retryable: false,
  })
}

/** Of a key that a record names: one that was destroyed leaves a file that says so. */
export function missingKey(path: string): GantryError {
  const message = `The key ${path} of the archive is not there, and was not destroyed: bring it back from a backup.`
  return new GantryError('integrity', message, {
    cause: new GantryError('not_found', 'There is no such file.'),
    path,
    retryable: false,
  })
}

export function isMissingKey({ cause }: GantryError): boolean {
  return isGantryError(cause) && cause.code === 'not_found'
}
