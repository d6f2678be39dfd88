import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { killWriters } from '../../kill/kill.ts';
import { withFolder } from './samples.ts';

describe('killing two processes that write to one log', () => {
  it('loses no acknowledged record and doubles none', async () => {
    const { acknowledged, lost, doubled } = await withFolder((folder) => killWriters(folder, 4, 'sound'));
    assert.ok(acknowledged > 8);
    assert.deepEqual({ lost, doubled }, { lost: 0, doubled: 0 });
  }).timeout(120_000);

  it('is noticed to lose some of a store that acknowledges early', async () => {
    const { lost } = await withFolder((folder) => killWriters(folder, 3, 'early'));
    assert.ok(lost > 0);
  }).timeout(120_000);
});
