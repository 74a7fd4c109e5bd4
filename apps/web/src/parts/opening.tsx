import { say, type Word } from '../words/say.ts'
import { Progress } from './progress.tsx'

export interface Busy {
  readonly words: Extract<Word, 'open.listing' | 'open.reading' | 'open.fetching'>
  readonly done: number
  /** 0: nobody knows yet. */
  readonly total: number
  readonly stop: () => void
}

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
