import { overallOf } from '../state/share-progress.ts'
import type { Sharing } from '../state/use-sharing.ts'
import { say, sayPercent } from '../words/say.ts'
import { Failure } from './failure.tsx'
import { Progress } from './progress.tsx'

/** A share under way: each source and all of them. */
export function ShareSteps({
  sharing,
  bytes,
  onClose,
}: {
  readonly sharing: Sharing
  readonly bytes: Readonly<Record<string, number>>
  readonly onClose: () => void
}) {
  const { state } = sharing
  if (state.step === 'asking' || state.step === 'done') return null
  const { progress } = state
  const sources = progress?.sources ?? []
  const overall = overallOf(sources, bytes)
  const running = state.step === 'running'
  return (
    <div className="steps">
      <p role="status">
        {running ? say(`share.step.${progress?.step ?? 'staging'}`) : ''}
        {state.step === 'paused' && say(sharing.kept ? 'share.paused' : 'share.pausedHere')}
      </p>
      <div className="overall">
        <Progress label={say('share.overall')} done={overall.done} total={overall.total} />
        <span>{sayPercent(overall.done, overall.total)}</span>
      </div>
      <ul className="sources">
        {sources.map(({ id, name, done, total, state: at }) => (
          <li key={id}>
            <span className="name">{name || say('series.unnamed')}</span>
            <span className="facts">{say(`share.state.${at}`)}</span>
            <Progress label={name || say('series.unnamed')} done={at === 'failed' ? 0 : done} total={total} />
          </li>
        ))}
      </ul>
      {state.step === 'failed' && (
        <Failure title={say('share.failed')} error={state.error} role="shares" onRetry={() => void sharing.resume()} />
      )}
      {running && <p className="hint">{say(sharing.kept ? 'share.closeHint' : 'share.stayHint')}</p>}
      <div className="actions">
        <button type="button" onClick={() => void sharing.giveUp().finally(onClose)}>
          {say('share.giveUp')}
        </button>
        {running ? (
          <button type="button" onClick={sharing.pause}>
            {say('share.pause')}
          </button>
        ) : (
          <button type="button" className="main" onClick={() => void sharing.resume()}>
            {say('share.resume')}
          </button>
        )}
      </div>
    </div>
  )
}
