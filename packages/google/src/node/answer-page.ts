/** What the person sees in the browser at the end. */
export type Page = 'done' | 'refused' | 'failed' | 'stranger'

const texts: { readonly [Name in Page]: readonly [string, string] } = {
  done: ['You are signed in', 'You can close this page and go back to the terminal.'],
  refused: ['You are not signed in', 'The access was refused. The terminal says what to do.'],
  failed: ['You are not signed in', 'It did not work. The terminal says what to do.'],
  stranger: ['This is not the answer that was waited for', 'Go to the address that the terminal shows.'],
}

/** No script, nothing from elsewhere, nothing of what was sent. */
export function answerPage(page: Page): string {
  const [title, text] = texts[page]
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Gantry: ${title}</title>
<style>
  :root { color-scheme: light dark; font: 1.1rem/1.5 system-ui, sans-serif }
  body { display: grid; place-content: center; min-height: 90vh; margin: 1rem; text-align: center }
  h1 { font-size: 1.6rem; font-weight: 600 }
</style>
<main><h1>${title}</h1><p>${text}</p></main>
</html>
`
}
