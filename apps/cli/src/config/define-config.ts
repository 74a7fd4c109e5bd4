import type { GantryConfig } from './config.ts'

/** For `gantry.config.ts`: gives the configuration its types and changes nothing. */
export function defineConfig(config: GantryConfig): GantryConfig {
  return config
}
