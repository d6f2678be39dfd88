import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { COMMAND_NAMES, commandId, LISTS_VIEW, PANEL_VIEW_TYPE } from '../../src/host/manifest/commands.ts';
import { SETTINGS } from '../../src/configuration.ts';
import { runCommand } from '../harness/command.ts';
import { ROOT } from '../harness/paths.ts';
import { RELEASES } from '../harness/vscode-from-npm.ts';
import { readManifest, readText, type ManifestFile } from './manifest-file.ts';
import { sources } from './sources.ts';

describe('package.json', () => {
  let manifest: ManifestFile;
  let words: Record<string, string>;
  let settings: string[];

  before(async () => {
    manifest = await readManifest();
    words = JSON.parse(await readText('package.nls.json')) as Record<string, string>;
    settings = Object.keys(manifest.contributes.configuration.properties);
  });

  it('is what the code says of commands and settings', async () => {
    await runCommand(process.execPath, ['src/host/manifest/generate.ts', '--check'], { cwd: ROOT });
  });

  it('asks for the oldest editor that the tests run in, and is typed against that', () => {
    const [major, minor] = RELEASES.oldest.version.split('.');
    assert.equal(manifest.engines.vscode, `^${major}.${minor}.0`);
    assert.equal(manifest.devDependencies['@types/vscode'], `${major}.${minor}.0`);
  });

  it('wakes the extension for nothing but its panel', () => {
    assert.deepEqual(manifest.activationEvents, [`onWebviewPanel:${PANEL_VIEW_TYPE}`]);
  });

  describe('commands', () => {
    it('are the ones that the code registers', async () => {
      const declared = manifest.contributes.commands.map(({ command }) => command);
      assert.deepEqual(declared, COMMAND_NAMES.map(commandId));
      // One place registers them, all of the table; no command is registered past it.
      const registering = [...(await sources('src/host'))].filter(([, text]) =>
        text.includes('registerCommand('),
      );
      assert.deepEqual(
        registering.map(([path]) => path),
        ['src/host/container.ts'],
      );
    });

    it('have titles that tell them apart, in one category', () => {
      const titles = manifest.contributes.commands.map(({ title }) => words[title.replaceAll('%', '')]);
      assert.equal(new Set(titles).size, manifest.contributes.commands.length);
      for (const { category } of manifest.contributes.commands) assert.equal(category, 'LexyBrain');
    });

    it('in menus exist, and so do submenus', () => {
      const commands = new Set(manifest.contributes.commands.map(({ command }) => command));
      const submenus = new Set((manifest.contributes.submenus ?? []).map(({ id }) => id));
      for (const entry of Object.values(manifest.contributes.menus ?? {}).flat()) {
        if (entry.command !== undefined) assert.ok(commands.has(entry.command), entry.command);
        else assert.ok(submenus.has(entry.submenu ?? ''), JSON.stringify(entry));
      }
    });
  });

  it('links to commands that exist, and events of the walkthrough to such commands', () => {
    const { contributes } = manifest;
    const commands = contributes.commands.map(({ command }) => command);
    const known = [...commands, `${LISTS_VIEW}.focus`];
    const linked = [
      ...Object.values(words)
        .join('\n')
        .matchAll(/\(command:(lexybrain\.[\w.]+)/g),
    ];
    const events = contributes.walkthroughs.flatMap(({ steps }) =>
      steps.flatMap(({ completionEvents }) => completionEvents),
    );
    const ran = events.filter((event) => event !== `onView:${LISTS_VIEW}`);
    assert.ok(linked.length > 5 && ran.length > 5);
    for (const [, command = ''] of linked) assert.ok(known.includes(command), command);
    for (const event of ran) assert.ok(commands.includes(event.replace('onCommand:', '')), event);
  });

  it('has a picture in the editor’s own colours for each step of the walkthrough', async () => {
    for (const { media } of manifest.contributes.walkthroughs.flatMap(({ steps }) => steps)) {
      const picture = await readText(media.svg);
      assert.match(picture, /var\(--vscode-/);
      assert.doesNotMatch(picture, /#[0-9a-f]{3,8}\b|<script|href=/i);
      assert.ok((words[media.altText.replaceAll('%', '')] ?? '').length > 20, media.altText);
    }
  });

  describe('settings', () => {
    it('are the ones that the code reads', () => {
      const known = Object.values(SETTINGS).map(({ key }) => `lexybrain.${key}`);
      assert.deepEqual(settings, known);
    });

    it('each have a description, a default and a scope', () => {
      for (const [key, setting] of Object.entries(manifest.contributes.configuration.properties)) {
        const text = setting.markdownDescription ?? setting.description ?? '';
        assert.ok((words[text.replaceAll('%', '')] ?? '').length > 10, `${key} has no description`);
        assert.ok('default' in setting, `${key} has no default`);
        assert.ok(['machine', 'window', 'resource'].includes(setting.scope ?? ''), `${key} has no scope`);
      }
    });

    it('each have a reader', async () => {
      const all = await sources();
      all.delete('src/configuration.ts');
      const code = [...all.values()].join('\n');
      // Read as `configuration.name` or, after destructuring, as `name.value`.
      const unread = Object.keys(SETTINGS).filter(
        (name) => !new RegExp(`\\.${name}\\b|\\b${name}\\.value\\b`).test(code),
      );
      assert.deepEqual(unread, []);
    });

    it('that say where keys and texts go, what is spent and what is logged are the user’s alone', () => {
      const guarded = /baseUrl|billTo|cap$|quota|price|perminute|bridge|log|redact|retention/i;
      for (const [key, { scope }] of Object.entries(manifest.contributes.configuration.properties)) {
        if (guarded.test(key)) assert.equal(scope, 'machine', key);
      }
    });

    it('that wait for trust exist', () => {
      const restricted = manifest.capabilities.untrustedWorkspaces.restrictedConfigurations ?? [];
      assert.ok(restricted.length > 0);
      for (const key of restricted) assert.ok(settings.includes(key), key);
    });

    it('that texts link to exist', async () => {
      const texts = [...Object.values(words), ...(await sources()).values()].join('\n');
      const linked = [...texts.matchAll(/#(lexybrain\.[\w.]+)#/g)].map(([, key]) => key ?? '');
      assert.ok(linked.length > 0);
      for (const key of linked) assert.ok(settings.includes(key), key);
    });

    it('are all in the README', async () => {
      const readme = await readText('README.md');
      assert.deepEqual(
        settings.filter((key) => !readme.includes(`\`${key}\``)),
        [],
      );
    });
  });

  it('has a text for every key, and no text without use', () => {
    const used = [...JSON.stringify(manifest).matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key);
    assert.deepEqual([...new Set(used)].sort(), Object.keys(words).sort());
  });
});
