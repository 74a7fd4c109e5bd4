import { createRoot } from 'react-dom/client'

import { Root } from './app.tsx'
import { startEngine } from './engine/start-engine.ts'
import { loadConfig } from './state/config.ts'
import { signedInPath } from './state/use-google.ts'
// oxlint-disable-next-line import/no-unassigned-import -- it is for its effect
import './style.css'

const root = document.getElementById('root')
if (location.pathname === signedInPath) {
  // A window of Google's that has come back: its page waits for the answer, and nothing else is wanted here.
  const { answerPrompt } = await import('@gantry/google')
  answerPrompt(location.href)
  close()
} else if (root !== null) {
  const engine = startEngine()
  const config = await loadConfig()
  createRoot(root).render(<Root engine={engine} config={config} />)
}
