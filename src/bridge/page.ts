/** What `/` shows. No script, nothing from elsewhere, nothing about this machine. */
export const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>LexyBrain bridge</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 42rem; margin: 3rem auto; padding: 0 1rem; color: #1f2a44; background: #fff; }
code { font: 0.9em ui-monospace, monospace; background: #eef0f5; padding: 0.1em 0.3em; border-radius: 3px; }
@media (prefers-color-scheme: dark) { body { color: #e6e9f2; background: #14181f; } code { background: #232a36; } }
</style>
</head>
<body>
<h1>LexyBrain bridge</h1>
<p>This is LexyBrain, running on this machine for programs on this machine: market briefs, opportunities, ad splits and
risks from keyword lists, and the chat models its user set up.</p>
<p>Programs call it with the bearer token that LexyBrain showed when it was started. <code>GET /openapi.json</code>
describes every endpoint; <code>GET /api/lexybrain/debug</code> says what is set up.</p>
<p>It is stopped with <em>LexyBrain: Stop Local Bridge</em>, or in the terminal with Ctrl+C.</p>
</body>
</html>
`;
