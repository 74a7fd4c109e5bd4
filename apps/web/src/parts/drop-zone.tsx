import { type DragEvent, type ReactNode, useState } from 'react'

import type { PickedFile } from '../engine/model.ts'
import { say } from '../words/say.ts'
import { filesOfDrop } from './picking.ts'

/** Files can be dropped wherever somebody is. */
export function DropZone({
  onFiles,
  children,
}: {
  readonly onFiles: (files: readonly PickedFile[]) => void
  readonly children: ReactNode
}) {
  const [over, setOver] = useState(false)
  const take = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes('Files')) return
    event.preventDefault()
    setOver(false)
    void filesOfDrop(event.dataTransfer).then(onFiles)
  }
  return (
    <div
      className="zone"
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes('Files')) return
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false)
      }}
      onDrop={take}
    >
      {children}
      {over && <div className="drop">{say('open.drop')}</div>}
    </div>
  )
}
