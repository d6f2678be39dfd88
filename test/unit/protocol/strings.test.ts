import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { fillIn, PANEL_STRINGS } from '../../../src/protocol/strings.ts';

const keys = Object.keys(PANEL_STRINGS);

describe("the panel's words", () => {
  it('numbers its placeholders from 0 without gaps', () => {
    for (const [key, text] of Object.entries<string>(PANEL_STRINGS)) {
      const numbers = [...text.matchAll(/\{([^}]*)\}/g)].map((match) => Number(match[1]));
      assert.deepEqual([...new Set(numbers)].sort(), [...new Set(numbers).keys()], `${key}: ${text}`);
    }
  });

  it('has a plural for every singular, both with the count', () => {
    for (const key of keys.filter((name) => /\.(one|other)$/.test(name))) {
      const stem = key.replace(/\.(one|other)$/, '');
      for (const form of [`${stem}.one`, `${stem}.other`]) {
        assert.match(
          Object.entries<string>(PANEL_STRINGS).find(([name]) => name === form)?.[1] ?? '',
          /\{0\}/,
          form,
        );
      }
    }
  });

  it('holds no word that the panel and the preview of lists never say', async () => {
    const folder = join(import.meta.dirname, '../../../src/webview');
    const files = (await readdir(folder, { recursive: true })).filter((name) => /\.tsx?$/.test(name));
    const source = (await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')))).join('\n');
    const templates = [...source.matchAll(/`([\w.-]+\.)\$\{[^`]*\}`/g)].map((match) => match[1] ?? '');
    const unused = keys.filter((key) => {
      const stem = key.replace(/\.(one|other)$/, '');
      return !source.includes(`'${stem}'`) && !templates.some((prefix) => key.startsWith(prefix));
    });
    assert.deepEqual(unused, []);
  });

  it('fills in values, however often, and leaves what it has no value for', () => {
    assert.equal(fillIn('{0} of {1}, {0}', [8, 9]), '8 of 9, 8');
    assert.equal(fillIn('{0} {1}', ['a']), 'a {1}');
  });

  it('never fills in a value twice: a placeholder inside a value stays text', () => {
    fc.assert(fc.property(fc.string(), (value) => fillIn('<{0}>', [value, 'other']) === `<${value}>`));
  });
});
