import { useCallback, useEffect, useState } from 'react'

import type { FolderRow, Remote } from '../engine/model.ts'
import { listen } from '../engine/rpc.ts'
import { useApp } from '../state/app-context.ts'
import { say, sayBytes, sayCount } from '../words/say.ts'
import { Failure } from './failure.tsx'

/** Folders of a store: opened whole, as if they had been dropped. */
export function FolderList({
  remote,
  pending,
  onOpen,
}: {
  readonly remote: Remote
  readonly pending: boolean
  readonly onOpen: (remote: Remote, folder: string) => void
}) {
  const { engine, signedIn } = useApp()
  const [rows, setRows] = useState<readonly FolderRow[]>()
  const [error, setError] = useState<unknown>()
  const [text, setText] = useState('')
  const look = useCallback(() => {
    if (pending) return () => {}
    setError(undefined)
    return listen(engine.folders(remote), setRows, setError)
  }, [engine, remote, pending])
  useEffect(look, [look, signedIn])
  const shown = rows?.filter(({ path }) => path.toLowerCase().includes(text.trim().toLowerCase()))
  return (
    <>
      <div className="filters" role="search">
        <input
          type="search"
          aria-label={say('folders.search')}
          placeholder={say('folders.search')}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
      </div>
      {error !== undefined && <Failure title={say('failed.folders')} error={error} role="worklist" onRetry={look} />}
      {rows === undefined && error === undefined && (
        <p className="hint" role="status">
          {say('folders.looking')}
        </p>
      )}
      {shown?.length === 0 && (
        <p className="hint" role="status">
          {say('folders.none')}
        </p>
      )}
      {shown !== undefined && shown.length > 0 && (
        <div className="scroll">
          <table>
            <thead>
              <tr>
                <th>{say('folders.folder')}</th>
                <th>{say('folders.files')}</th>
                <th>{say('download.size')}</th>
                <th>
                  <span className="hidden">{say('worklist.open')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {shown.map(({ path, files, bytes }) => (
                <tr key={path}>
                  <td>{path === '' ? say('folders.top') : path}</td>
                  <td>{sayCount('folders.count', files)}</td>
                  <td>{sayBytes(bytes)}</td>
                  <td className="right">
                    <button
                      type="button"
                      aria-label={say('folders.openNamed', { folder: path === '' ? say('folders.top') : path })}
                      onClick={() => onOpen(remote, path)}
                    >
                      {say('worklist.open')}
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  )
}
