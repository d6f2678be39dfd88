import { randomBytes } from 'node:crypto';

export interface PanelPage {
  /** The webview's own source for local resources. */
  readonly cspSource: string;
  readonly script: string;
  readonly style: string;
  /** BCP 47. */
  readonly language: string;
}

/** What the panel's page may do: run our one script, use our styles; no network, no forms, no inline code. */
export function contentSecurityPolicy(cspSource: string, nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource}`,
    `img-src ${cspSource} data:`,
    `font-src ${cspSource}`,
    "connect-src 'none'",
    "form-action 'none'",
    "base-uri 'none'",
  ].join('; ');
}

/** The page of the panel. It holds no data: everything comes by message after the panel said that it listens. */
export function panelHtml({ cspSource, script, style, language }: PanelPage): string {
  const nonce = randomBytes(24).toString('base64url');
  return `<!DOCTYPE html>
<html lang="${attribute(language)}">
<head>
<meta http-equiv="Content-Security-Policy" content="${attribute(contentSecurityPolicy(cspSource, nonce))}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>LexyBrain</title>
<link rel="stylesheet" href="${attribute(style)}">
</head>
<body>
<div id="root"></div>
<script nonce="${nonce}" src="${attribute(script)}"></script>
</body>
</html>`;
}

function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
