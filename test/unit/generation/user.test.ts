import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { installationId } from '../../../src/generation/user.ts';

describe('the installation id', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'lexybrain-user-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is random, made once and kept, for nobody else to read', async () => {
    const data = join(folder, 'new', 'data');
    const id = await installationId(data);
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-/);
    assert.equal(await installationId(data), id);
    assert.equal((await readFile(join(data, 'installation-id'), 'utf8')).trim(), id);
    if (process.platform !== 'win32')
      assert.equal((await stat(join(data, 'installation-id'))).mode & 0o077, 0);
    assert.notEqual(await installationId(join(folder, 'other')), id);
  });

  it('is one for all who ask at the same time', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, () => installationId(folder)));
    const settled = await installationId(folder);
    assert.deepEqual(new Set(ids), new Set([settled]));
  });

  it('is made anew when its file is damaged', async () => {
    for (const damaged of ['', 'me@example.com', '\0\0\0']) {
      await writeFile(join(folder, 'installation-id'), damaged);
      const id = await installationId(folder);
      assert.match(id, /^[0-9a-f-]{36}$/);
      assert.equal(await installationId(folder), id);
    }
  });

  it('cannot be had where nothing can be written', async () => {
    await writeFile(join(folder, 'file'), '');
    await assert.rejects(installationId(join(folder, 'file')));
  });
});
