export { type ErrorCode, errorCodes, isRetryableCode } from './errors/error-code.ts'
export { GantryError, type GantryErrorOptions, isGantryError } from './errors/gantry-error.ts'
