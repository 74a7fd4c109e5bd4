import type { PickedFile } from '../engine/model.ts'
import { useApp } from '../state/app-context.ts'
import { say } from '../words/say.ts'
import { Icon } from './icons.tsx'
import { PickButton } from './pick-button.tsx'

export function OpenButtons({ onFiles }: { readonly onFiles: (files: readonly PickedFile[]) => void }) {
  const { config, go } = useApp()
  const [remote] = config.remotes
  return (
    <div className="buttons">
      <PickButton name="files" main onFiles={onFiles}>
        <Icon name="file" />
        {say('open.files')}
      </PickButton>
      <PickButton name="folder" folder onFiles={onFiles}>
        <Icon name="folder" />
        {say('open.folder')}
      </PickButton>
      {remote !== undefined && (
        <button type="button" onClick={() => go('worklist')}>
          <Icon name="server" />
          {say('open.remote', { name: remote.name })}
        </button>
      )}
    </div>
  )
}
