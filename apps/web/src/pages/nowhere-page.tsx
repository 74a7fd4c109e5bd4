import { useApp } from '../state/app-context.ts'
import { say } from '../words/say.ts'

/** An address that was mistyped, or cut. */
export function NowherePage() {
  const { go } = useApp()
  return (
    <main id="main" tabIndex={-1} className="message">
      <h1>{say('page.nowhere')}</h1>
      <p>{say('nowhere.lead')}</p>
      <div className="actions">
        <button type="button" className="main" onClick={() => go('view')}>
          {say('nowhere.start')}
        </button>
      </div>
    </main>
  )
}
