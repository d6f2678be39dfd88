import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { encodeFrame, FRAME_VERSION, MAX_RECORD_BYTES, scanFrames } from '../../../src/store/frames.ts';

const texts = fc.array(fc.string({ maxLength: 200, unit: 'grapheme' }), { minLength: 1, maxLength: 12 });
const encode = (text: string): Buffer => encodeFrame(JSON.stringify(text));
const decode = (bytes: Buffer, finished = true): unknown[] =>
  scanFrames(bytes, finished).frames.map(({ json }) => JSON.parse(json) as unknown);

describe('journal frames', () => {
  it('come back as they were written', () => {
    fc.assert(
      fc.property(texts, (written) => {
        const bytes = Buffer.concat(written.map(encode));
        const scan = scanFrames(bytes, false);
        assert.deepEqual(decode(bytes), written);
        assert.equal(scan.consumed, bytes.length);
        assert.equal(scan.damaged, 0);
        assert.ok(scan.frames.every(({ version }) => version === FRAME_VERSION));
      }),
    );
  });

  it('lose nothing but a torn tail when the file ends early, and wait for it while the writer may go on', () => {
    fc.assert(
      fc.property(texts, fc.nat(), (written, cut) => {
        const frames = written.map(encode);
        const bytes = Buffer.concat(frames);
        const length = cut % bytes.length;
        let whole = 0;
        let end = 0;
        while (end + frames[whole]!.length <= length) end += frames[whole++]!.length;
        const torn = bytes.subarray(0, length);
        assert.deepEqual(decode(torn), written.slice(0, whole));
        assert.equal(scanFrames(torn, false).consumed, end);
        assert.deepEqual(scanFrames(torn, true).consumed, length);
        assert.equal(scanFrames(torn, true).damaged, 0);
      }),
    );
  });

  it('lose one frame at most to one flipped bit, and accept no damaged one', () => {
    fc.assert(
      fc.property(texts, fc.nat(), fc.nat(7), (written, at, bit) => {
        const frames = written.map(encode);
        const bytes = Buffer.concat(frames);
        const place = at % bytes.length;
        bytes[place]! ^= 1 << bit;
        let hit = 0;
        for (let end = frames[0]!.length; end <= place; end += frames[++hit]!.length);
        assert.deepEqual(decode(bytes), written.toSpliced(hit, 1));
      }),
      { numRuns: 500 },
    );
  });

  it('count damage between good frames, before the writer is done too', () => {
    const bytes = Buffer.concat([encode('a'), Buffer.from('rubbish'), encode('b')]);
    assert.deepEqual(decode(bytes, false), ['a', 'b']);
    assert.equal(scanFrames(bytes, false).damaged, 7);
  });

  it('take a tail of zeros for torn and a complete frame with a wrong sum for damaged', () => {
    const zeros = Buffer.concat([encode('a'), Buffer.alloc(4096)]);
    assert.deepEqual(scanFrames(zeros, true).damaged, 0);
    const last = encode('b');
    last[last.length - 1]! ^= 1;
    assert.equal(scanFrames(Buffer.concat([encode('a'), last]), true).damaged, last.length);
  });

  it('announce no more than a record may have', () => {
    const frame = encodeFrame(' '.repeat(MAX_RECORD_BYTES + 1));
    assert.deepEqual(decode(frame), []);
  });

  it('are found among many that only look like frames, in bounded time', () => {
    const decoys = Buffer.alloc(8 * 1024 * 1024);
    for (let at = 0; at < decoys.length; at += 16) {
      decoys.write('LXJ1', at, 'latin1');
      decoys.writeUInt32LE(MAX_RECORD_BYTES, at + 8);
    }
    const scan = scanFrames(decoys, true);
    assert.deepEqual([scan.frames.length, scan.consumed], [0, decoys.length]);
  });
});
