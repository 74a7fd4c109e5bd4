import { defineConfig } from 'vite'

// Built from the packages' sources, as everything of the checkout runs.
export default defineConfig({
  worker: { format: 'es' },
  oxc: { jsx: { runtime: 'automatic' } },
  resolve: { conditions: ['@gantry/source', 'browser', 'import', 'default'] },
  optimizeDeps: { exclude: ['@cornerstonejs/dicom-image-loader'], include: ['dicom-parser'] },
  build: { target: 'esnext', chunkSizeWarningLimit: 4000, modulePreload: { polyfill: false } },
})
