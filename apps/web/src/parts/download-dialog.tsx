import { chooseFolder } from '@gantry/browser'
import { useCallback, useEffect, useRef, useState } from 'react'

import type { DownloadLook, DownloadProgress, DownloadReport, DownloadWhat, DownloadWhere } from '../engine/model.ts'
import type { Asking } from '../engine/rpc.ts'
import { useApp } from '../state/app-context.ts'
import { say, sayBytes, sayCount } from '../words/say.ts'
import { DownloadTable } from './download-table.tsx'
import { Failure, type NeededRole } from './failure.tsx'
import { Progress } from './progress.tsx'

type Place = 'folder' | 'private' | 'zip'
const places = ['folder', 'private', 'zip'] as const
const canChoose = 'showDirectoryPicker' in globalThis

/** What there is of studies, where it goes, how far it is, and what has come. */
export function DownloadDialog({
  what,
  role = 'worklist',
}: {
  readonly what: DownloadWhat
  readonly role?: NeededRole
}) {
  const { engine } = useApp()
  const asked = useRef(what)
  const [place, setPlace] = useState<Place>(canChoose ? 'folder' : 'private')
  const [look, setLook] = useState<DownloadLook>()
  const [error, setError] = useState<unknown>()
  const [progress, setProgress] = useState<DownloadProgress>()
  const [state, setState] = useState<'choosing' | 'running' | 'paused' | 'over'>('choosing')
  const [report, setReport] = useState<DownloadReport>()
  const running = useRef<Asking<DownloadReport>>(undefined)
  const where = useRef<DownloadWhere>('private')

  const count = useCallback(() => {
    setError(undefined)
    const asking = engine.lookAtDownload(asked.current, 'private')
    Promise.resolve(asking).then(setLook, setError)
    return () => asking.stop()
  }, [engine])
  useEffect(count, [count])
  useEffect(() => () => running.current?.stop(), [])

  const run = useCallback(async () => {
    setError(undefined)
    setState('running')
    const asking = engine.download(asked.current, where.current)
    running.current = asking
    asking.onProgress(setProgress)
    try {
      const done = await asking
      setReport(done)
      setState('over')
      for (const path of done.offered) await offer(await engine.takeOffered(path))
    } catch (thrown) {
      setState('paused')
      if ((thrown as { readonly code?: string }).code !== 'cancelled') setError(thrown)
    }
  }, [engine])
  const start = async () => {
    try {
      where.current = place === 'folder' ? ((await chooseFolder('downloads')) as unknown as DownloadWhere) : place
    } catch (thrown) {
      if ((thrown as { readonly code?: string }).code !== 'cancelled') setError(thrown)
      return
    }
    await run()
  }

  const total = look?.files ?? 0
  const saved = Math.min(total, (place === 'private' ? (look?.saved ?? 0) : 0) + (progress?.files ?? 0))
  return (
    <div className="download">
      <p role="status">{look === undefined ? (error === undefined ? say('download.looking') : '') : countsOf(look)}</p>
      {look !== undefined && look.saved > 0 && state === 'choosing' && place === 'private' && (
        <p className="hint">{say('download.saved', { count: look.saved })}</p>
      )}
      {look?.errors.map((message) => (
        <p key={message} className="trouble">
          {message}
        </p>
      ))}
      {state === 'choosing' && (
        <fieldset>
          <legend>{say('download.where')}</legend>
          {places.map((one) => (
            <label key={one} className="check">
              <input
                type="radio"
                name="place"
                checked={place === one}
                disabled={one === 'folder' && !canChoose}
                onChange={() => setPlace(one)}
              />
              <span>{say(`download.${one}`)}</span>
              {one === 'folder' && !canChoose && <span className="facts">{say('download.noFolder')}</span>}
            </label>
          ))}
        </fieldset>
      )}
      {(state === 'running' || state === 'paused') && (
        <>
          <div className="overall">
            <Progress label={say('download.progress')} done={saved} total={total} />
            <span>{progress === undefined ? '' : sayBytes(progress.bytes)}</span>
          </div>
          <p role="status">
            {state === 'running' && progress?.step === 'digesting'
              ? say('download.digesting')
              : say(state === 'paused' ? 'download.paused' : 'download.moved', { saved, total })}
          </p>
        </>
      )}
      {error !== undefined && (
        <Failure
          title={say('failed.download')}
          error={error}
          role={role}
          onRetry={look === undefined ? () => void count() : () => void run()}
        />
      )}
      {state === 'over' && report !== undefined && (
        <>
          <p className={report.complete ? 'good' : 'trouble'} role="status">
            {report.complete ? say('download.done') : say('download.partly', { count: report.errors.length })}
          </p>
          <DownloadTable report={report} />
        </>
      )}
      <div className="actions">
        {state === 'choosing' && (
          <button type="button" className="main" disabled={total === 0} onClick={() => void start()}>
            {say('download.start')}
          </button>
        )}
        {state === 'running' && (
          <button type="button" onClick={() => running.current?.stop()}>
            {say('download.pause')}
          </button>
        )}
        {state === 'paused' && (
          <button type="button" className="main" onClick={() => void run()}>
            {say('download.resume')}
          </button>
        )}
        {state === 'over' && report?.complete === false && (
          <button type="button" className="main" onClick={() => void run()}>
            {say('download.retry')}
          </button>
        )}
      </div>
    </div>
  )
}

function countsOf({ files, bytes }: DownloadLook): string {
  return sayCount('download.counts', files, { size: bytes === undefined ? say('download.unknown') : sayBytes(bytes) })
}

/** Hands a file over to the browser's own downloads. */
async function offer(file: File): Promise<void> {
  const url = URL.createObjectURL(file)
  const link = Object.assign(document.createElement('a'), { href: url, download: file.name, rel: 'noopener' })
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
