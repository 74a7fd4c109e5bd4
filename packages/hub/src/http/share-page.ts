/** The same for every link, without script: what stands behind the `#` stays in the browser. */
export const sharePage = pageOf(`<h1>Someone shared medical images with you</h1>
<p>This page cannot show them: they are encrypted, and the key is the part of your link behind the
<code>#</code>, which no server is ever told.</p>
<p>To open them, install Node.js, run this, and paste the whole link when it asks for it:</p>
<pre>npx @gantry/cli open - images</pre>
<p>Do not pass the link on: whoever has it can open it.</p>`)

/** For links whose `#` was written as `%23`, as some mail programs do: their key came along. Repeats nothing of it. */
export const sentKeyPage = pageOf(`<h1>The key of this link was sent to this server</h1>
<p>On its way, the <code>#</code> of your link was written as <code>%23</code>, so that your browser sent the part behind it,
which is the key of the images. This server keeps no record of it; proxies before it, and your browser’s history, may.</p>
<p>Ask the sender to revoke the link, and to send you a new one another way.</p>`)

function pageOf(main: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>Shared images</title>
</head>
<body>
<main>
${main}
</main>
</body>
</html>
`
}
