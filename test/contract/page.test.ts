import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { contentSecurityPolicy, panelHtml } from '../../src/host/panel/html.ts';

const page = (): string =>
  panelHtml({ cspSource: 'https://source.test', script: 'a.js?x=1&y="<', style: 'a.css', language: 'en' });

describe("the panel's page", () => {
  it('may run one script and use our styles, and nothing else', () => {
    assert.equal(
      contentSecurityPolicy('https://source.test', 'NONCE'),
      "default-src 'none'; script-src 'nonce-NONCE'; style-src https://source.test; " +
        'img-src https://source.test data:; font-src https://source.test; ' +
        "connect-src 'none'; form-action 'none'; base-uri 'none'",
    );
  });

  it('names its policy before anything is loaded', () => {
    const html = page();
    const policy = html.indexOf('Content-Security-Policy');
    assert.ok(policy > 0);
    for (const loading of ['<link', '<script', '<img', '<style']) {
      const at = html.indexOf(loading);
      assert.ok(at === -1 || at > policy, loading);
    }
  });

  it('has a new nonce each time, the same for policy and script', () => {
    const nonces = [page(), page()].map((html) => {
      const [, inPolicy] = /'nonce-([^']+)'/.exec(html) ?? [];
      const [, inScript] = /<script nonce="([^"]+)"/.exec(html) ?? [];
      assert.equal(inPolicy, inScript);
      return inScript ?? '';
    });
    assert.ok(nonces.every((nonce) => nonce.length >= 32));
    assert.notEqual(nonces[0], nonces[1]);
  });

  it('has no inline code, handlers or styles, and lets nothing out of an attribute', () => {
    const html = page();
    assert.doesNotMatch(html, /\son\w+=|style=|<style|javascript:/i);
    assert.match(html, /<script [^>]*><\/script>/);
    assert.ok(html.includes('src="a.js?x=1&amp;y=&quot;&lt;"'));
  });
});
