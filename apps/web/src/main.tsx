import { createRoot } from 'react-dom/client'

import { Root } from './app.tsx'
import { startEngine } from './engine/start-engine.ts'
import { loadConfig } from './state/config.ts'
// oxlint-disable-next-line import/no-unassigned-import -- it is for its effect
import './style.css'

const root = document.getElementById('root')
if (root !== null) {
  const engine = startEngine()
  const config = await loadConfig()
  createRoot(root).render(<Root engine={engine} config={config} />)
}
