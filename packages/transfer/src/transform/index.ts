// Apart from jobs, whose journal is of Node: a transform need not be.
export { type Transform, type TransformCall } from '../transform.ts'
