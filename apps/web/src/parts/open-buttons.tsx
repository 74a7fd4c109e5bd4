import { useRef } from 'react'

import type { PickedFile } from '../engine/model.ts'
import { useApp } from '../state/app-context.ts'
import { say } from '../words/say.ts'
import { Icon } from './icons.tsx'
import { filesOfInput } from './picking.ts'

export function OpenButtons({ onFiles }: { readonly onFiles: (files: readonly PickedFile[]) => void }) {
  const { config, go } = useApp()
  const files = useRef<HTMLInputElement>(null)
  const folder = useRef<HTMLInputElement>(null)
  const [remote] = config.remotes
  return (
    <div className="buttons">
      <input
        ref={files}
        type="file"
        multiple
        hidden
        data-pick="files"
        onChange={(event) => onFiles(filesOfInput(event.currentTarget))}
      />
      <input
        ref={folder}
        type="file"
        hidden
        data-pick="folder"
        {...{ webkitdirectory: '' }}
        onChange={(event) => onFiles(filesOfInput(event.currentTarget))}
      />
      <button type="button" className="main" onClick={() => files.current?.click()}>
        <Icon name="file" />
        {say('open.files')}
      </button>
      <button type="button" onClick={() => folder.current?.click()}>
        <Icon name="folder" />
        {say('open.folder')}
      </button>
      {remote !== undefined && (
        <button type="button" onClick={() => go('worklist')}>
          <Icon name="server" />
          {say('open.remote', { name: remote.name })}
        </button>
      )}
    </div>
  )
}
