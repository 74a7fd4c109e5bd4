import { type ReactNode, useRef } from 'react'

import type { PickedFile } from '../engine/model.ts'
import { filesOfInput } from './picking.ts'

/** Asks for files, or for a folder with all that is in it. */
export function PickButton({
  name,
  folder = false,
  main = false,
  onFiles,
  children,
}: {
  /** Of the input, for whoever fills it without the browser's own dialog. */
  readonly name: string
  readonly folder?: boolean
  /** It is what most people want. */
  readonly main?: boolean
  readonly onFiles: (files: readonly PickedFile[]) => void
  readonly children: ReactNode
}) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        data-pick={name}
        {...(folder ? { webkitdirectory: '' } : { multiple: true })}
        onChange={(event) => onFiles(filesOfInput(event.currentTarget))}
      />
      <button type="button" className={main ? 'main' : ''} onClick={() => input.current?.click()}>
        {children}
      </button>
    </>
  )
}
