/** The same for every link, without script: what stands behind the `#` stays in the browser. */
export const sharePage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>Shared images</title>
</head>
<body>
<main>
<h1>Someone shared medical images with you</h1>
<p>This page cannot show them: they are encrypted, and the key is the part of your link behind the
<code>#</code>, which no server is ever told.</p>
<p>To open them, install Node.js, run this, and paste the whole link when it asks for it:</p>
<pre>npx @gantry/cli open - images</pre>
<p>Do not pass the link on: whoever has it can open it.</p>
</main>
</body>
</html>
`
