export { type AdapterNames, namesOf, WrongName } from './names.ts'
export { main } from './main.ts'
export { FolderInUse, scaffold, type ScaffoldOptions } from './scaffold.ts'
