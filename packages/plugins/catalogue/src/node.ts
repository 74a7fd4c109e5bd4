export { openCatalogue } from './database/open-catalogue.ts'
