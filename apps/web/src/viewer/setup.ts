import { init as initCore } from '@cornerstonejs/core'
import { init as initLoader } from '@cornerstonejs/dicom-image-loader'
import * as tools from '@cornerstonejs/tools'

import type { Engine } from '../engine/start-engine.ts'
import { keepPlanes } from './image-planes.ts'
import { keepFrameValues } from './keep-frame-values.ts'
import { registerImages } from './load-image.ts'

/** Tools that are chosen by name, and what the mouse does besides. */
const all = [
  tools.WindowLevelTool,
  tools.PanTool,
  tools.ZoomTool,
  tools.StackScrollTool,
  tools.LengthTool,
  tools.AngleTool,
  tools.RectangleROITool,
  tools.EllipticalROITool,
  tools.ArrowAnnotateTool,
  tools.CrosshairsTool,
  tools.TrackballRotateTool,
]

let ready: true | undefined

/** Once a page: cornerstone keeps its state in its modules. */
export function setUp(engine: Engine): void {
  if (ready !== undefined) return
  ready = true
  initCore({
    debug: {},
    // Where no graphics card is, a volume in full detail takes seconds a picture.
    rendering: { volumeRendering: { sampleDistanceMultiplier: isSoftware() ? 6 : 1 } },
  })
  // The other provider of metadata knows no deflated files.
  initLoader({ maxWebWorkers: workers(), useLegacyMetadataProvider: true })
  keepPlanes()
  keepFrameValues()
  registerImages(engine)
  tools.init()
  for (const tool of all) tools.addTool(tool)
  const { style } = tools.annotation.config
  style.setDefaultToolStyles({
    ...style.getDefaultToolStyles(),
    global: {
      ...style.getDefaultToolStyles().global,
      color: 'rgb(255, 212, 80)',
      colorHighlighted: 'rgb(120, 220, 255)',
      colorSelected: 'rgb(120, 220, 255)',
      lineWidth: '1.5',
      textBoxFontFamily: 'system-ui, sans-serif',
      textBoxFontSize: '13px',
      textBoxColor: 'rgb(255, 212, 80)',
      textBoxColorHighlighted: 'rgb(120, 220, 255)',
      textBoxColorSelected: 'rgb(120, 220, 255)',
    },
  })
}

function isSoftware(): boolean {
  const context = document.createElement('canvas').getContext('webgl2')
  const names = context?.getExtension('WEBGL_debug_renderer_info')
  const renderer = names ? String(context?.getParameter(names.UNMASKED_RENDERER_WEBGL)) : ''
  context?.getExtension('WEBGL_lose_context')?.loseContext()
  return /swiftshader|llvmpipe|software/iu.test(renderer)
}

function workers(): number {
  return Math.max(1, Math.min(4, Math.floor(navigator.hardwareConcurrency / 2)))
}
