export { cod, type CodDriver } from './cod.ts'
export { type CodOptions } from './options.ts'
export { type OnTrouble, type SeriesTrouble, type TroubleKind } from './series/series-trouble.ts'
