import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { LexyBrainError, messageOf } from '../../src/errors.ts';

describe('LexyBrainError', () => {
  it('is recognised by its reason', () => {
    const error: unknown = new LexyBrainError('list-empty', 'The file is empty.', {
      advice: 'Export it again.',
    });
    assert.ok(LexyBrainError.is(error));
    assert.ok(LexyBrainError.is(error, 'list-binary', 'list-empty'));
    assert.ok(!LexyBrainError.is(error, 'list-binary'));
    assert.ok(!LexyBrainError.is(new Error('x')));
  });

  it('reads as one text with its advice', () => {
    const error = new LexyBrainError('list-empty', 'The file is empty.', { advice: 'Export it again.' });
    assert.equal(error.toUserText(), 'The file is empty. Export it again.');
    const bare = new LexyBrainError('token-missing', 'HF_TOKEN is not set', { advice: 'Set it.' });
    assert.equal(bare.toUserText(), 'HF_TOKEN is not set. Set it.');
    assert.equal(messageOf(error), 'The file is empty.');
    assert.equal(messageOf('plain'), 'plain');
  });
});
