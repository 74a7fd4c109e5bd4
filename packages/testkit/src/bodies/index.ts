export { cut, lent } from './lent.ts'
export { multipartOf, type TestPart } from './multipart-of.ts'
