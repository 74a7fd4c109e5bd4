import { type DragEvent, type ReactNode, useState } from 'react'

import { say } from '../words/say.ts'
import type { Busy } from '../state/use-opening.ts'
import { Opening } from './opening.tsx'
import { type Dropped, filesOfDrop } from './picking.ts'

/** Files can be dropped wherever somebody is. */
export function DropZone({
  onDropped,
  children,
}: {
  readonly onDropped: (dropped: Dropped) => void
  readonly children: ReactNode
}) {
  const [over, setOver] = useState(false)
  const [busy, setBusy] = useState<Busy>()
  const take = async (data: DataTransfer) => {
    const controller = new AbortController()
    const { signal } = controller
    const stop = () => {
      controller.abort()
      setBusy(undefined)
    }
    const onFound = (done: number) => {
      if (!signal.aborted) setBusy({ words: 'open.listing', done, total: 0, stop })
    }
    onFound(0)
    const dropped = await filesOfDrop(data, { signal, onFound })
    if (signal.aborted) return
    setBusy(undefined)
    onDropped(dropped)
  }
  const drop = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes('Files')) return
    event.preventDefault()
    setOver(false)
    void take(event.dataTransfer)
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
      onDrop={drop}
    >
      {children}
      {over && <div className="drop">{say('open.drop')}</div>}
      {busy !== undefined && <Opening busy={busy} />}
    </div>
  )
}
