import { Niivue, NVImage } from '@niivue/niivue'
import { useEffect, useRef, useState } from 'react'

import type { Item } from '../engine/model.ts'
import { useApp } from '../state/app-context.ts'
import type { PaneKind } from '../viewer/pane-state.ts'
import { say } from '../words/say.ts'

const types = { stack: 'Axial', axial: 'Axial', sagittal: 'Sagittal', coronal: 'Coronal', volume: 'Render' } as const

/** NIfTI and NRRD, which have a viewer of their own. */
export function NiivuePane({
  item,
  kind,
}: {
  readonly item: Item
  readonly kind: PaneKind
  readonly meshes: readonly Item[]
}) {
  const { engine } = useApp()
  const canvas = useRef<HTMLCanvasElement>(null)
  const [status, setStatus] = useState<'loading' | 'ready' | 'failed'>('loading')
  useEffect(() => {
    const { current } = canvas
    let gone = false
    const show = async () => {
      if (current === null) return
      const niivue = new Niivue({
        backColor: [0, 0, 0, 1],
        show3Dcrosshair: true,
        dragAndDropEnabled: false,
        logLevel: 'error' as never,
      })
      await niivue.attachToCanvas(current)
      const [header, data] = item.files
      const buffer = await engine.read(item.id, 0)
      const name = header?.name ?? 'volume.nii'
      const image = await NVImage.loadFromUrl({
        url: buffer,
        name: name.slice(name.lastIndexOf('/') + 1),
        ...(data !== undefined && { urlImgData: (await engine.read(item.id, 1)) as never }),
      })
      if (gone) return
      niivue.addVolume(image)
      const { sliceTypeAxial, sliceTypeSagittal, sliceTypeCoronal, sliceTypeRender } = niivue as never as Record<
        string,
        number
      >
      const byName = {
        Axial: sliceTypeAxial,
        Sagittal: sliceTypeSagittal,
        Coronal: sliceTypeCoronal,
        Render: sliceTypeRender,
      }
      niivue.setSliceType(byName[types[kind]] as never)
      setStatus('ready')
    }
    show().catch(() => {
      if (!gone) setStatus('failed')
    })
    return () => {
      gone = true
      current?.getContext('webgl2')?.getExtension('WEBGL_lose_context')?.loseContext()
    }
  }, [engine, item, kind])
  return (
    <>
      <div className="picture" data-status={status} data-loaded={status === 'ready' ? true : undefined}>
        <canvas ref={canvas} />
      </div>
      <p className="corner top-left">{item.name}</p>
      {status === 'failed' && (
        <p className="empty" role="status">
          {say('problem.nifti')}
        </p>
      )}
    </>
  )
}
