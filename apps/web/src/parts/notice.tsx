import { say } from '../words/say.ts'

/** Something that people have to know, whatever is open below it, until they have read it. */
export function Notice({ text, onDismiss }: { readonly text: string; readonly onDismiss: () => void }) {
  return (
    <div className="over" role="alert">
      <span>{text}</span>
      <button type="button" className="plain" onClick={onDismiss}>
        {say('problems.dismiss')}
      </button>
    </div>
  )
}
