import { SignInForm } from '../parts/sign-in-form.tsx'
import { useApp } from '../state/app-context.ts'
import { say } from '../words/say.ts'

export function SignInPage() {
  const { go } = useApp()
  return (
    <main id="main" className="message">
      <h1>{say('signIn.title')}</h1>
      <SignInForm onDone={() => go('view')} />
    </main>
  )
}
