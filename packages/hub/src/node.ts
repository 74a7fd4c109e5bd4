export { folderPages, type FolderPagesOptions } from './node/folder-pages.ts'
export { type FileHub, openHub, type OpenHubOptions } from './node/open-hub.ts'
export { serveHub, type ServedHub, type ServeHubOptions } from './node/serve-hub.ts'
export { openHubDatabase } from './node/sqlite-hub-database.ts'
