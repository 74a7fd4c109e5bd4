import type { Busy } from '../state/use-opening.ts'
import { say } from '../words/say.ts'
import { Progress } from './progress.tsx'

/** How far opening is, in a corner: what is open already can be looked at meanwhile. */
export function Opening({ busy }: { readonly busy: Busy }) {
  const { words, done, total, stop } = busy
  const text = say(words, { done, total })
  return (
    <div className="opening" role="status">
      <span>{text}</span>
      <Progress label={text} done={done} total={total} />
      <button type="button" onClick={stop}>
        {say('open.cancel')}
      </button>
    </div>
  )
}
