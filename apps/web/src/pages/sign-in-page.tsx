import { SignInForm } from '../parts/sign-in-form.tsx'
import { useApp } from '../state/app-context.ts'
import { say } from '../words/say.ts'

export function SignInPage() {
  const { go, signedIn } = useApp()
  return (
    <main id="main" tabIndex={-1} className="message">
      <h1>{say('signIn.title')}</h1>
      {signedIn && (
        <button type="button" onClick={() => go('view')}>
          {say('nowhere.start')}
        </button>
      )}
      <SignInForm {...(signedIn && { lead: say('signIn.done') })} onDone={() => go('view')} />
    </main>
  )
}
