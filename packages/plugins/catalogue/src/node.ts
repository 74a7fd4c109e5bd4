export { type CatalogueOptions, openCatalogue } from './database/open-catalogue.ts'
