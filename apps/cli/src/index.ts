export { type GantryConfig } from './config/config.ts'
export { defineConfig } from './config/define-config.ts'
