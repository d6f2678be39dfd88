import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { LexyBrainError } from '../../../src/errors.ts';
import { type FlightEvent, type Shared, SingleFlight } from '../../../src/generation/singleflight.ts';

interface Piece extends FlightEvent {
  readonly text: string;
}

/** A call that ends when the test says so. */
function makeCall() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const calls: Shared<Piece>[] = [];
  const start = (shared: Shared<Piece>) => {
    calls.push(shared);
    return promise;
  };
  return { start, calls, resolve, reject };
}

const cancelled = (error: unknown) => LexyBrainError.is(error, 'cancelled');
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('SingleFlight', () => {
  it('makes one call for those who ask the same, and one each for those who do not', async () => {
    const flights = new SingleFlight<string, Piece>();
    const [same, other] = [makeCall(), makeCall()];
    const results = [
      flights.run('a', same.start),
      flights.run('a', same.start),
      flights.run('b', other.start),
    ];
    await turn();
    assert.deepEqual([same.calls.length, other.calls.length], [1, 1]);
    same.resolve('one');
    other.resolve('two');
    assert.deepEqual(await Promise.all(results), ['one', 'one', 'two']);
  });

  it('calls again once the call has ended, well or badly', async () => {
    const flights = new SingleFlight<string, Piece>();
    assert.equal(await flights.run('a', () => Promise.resolve('first')), 'first');
    const failing = () => Promise.reject(new Error('down'));
    const both = [flights.run('a', failing), flights.run('a', failing)];
    for (const run of both) await assert.rejects(run, /down/);
    await assert.rejects(
      flights.run('a', () => {
        throw new Error('at once');
      }),
      /at once/,
    );
    assert.equal(await flights.run('a', () => Promise.resolve('last')), 'last');
  });

  it('ends the waiting of who cancels, and the call only with the last', async () => {
    const flights = new SingleFlight<string, Piece>();
    const call = makeCall();
    const [first, second] = [new AbortController(), new AbortController()];
    const one = flights.run('a', call.start, { signal: first.signal });
    const two = flights.run('a', call.start, { signal: second.signal });
    await turn();
    first.abort();
    await assert.rejects(one, cancelled);
    const [shared] = call.calls;
    assert.ok(shared && !shared.signal.aborted);
    second.abort();
    await assert.rejects(two, cancelled);
    assert.equal(shared.signal.reason instanceof LexyBrainError, true);
    call.reject(new Error('aborted'));
    await flights.idle();
  });

  it('goes on for who has no signal when the others cancel', async () => {
    const flights = new SingleFlight<string, Piece>();
    const call = makeCall();
    const abort = new AbortController();
    const one = flights.run('a', call.start, { signal: abort.signal });
    const two = flights.run('a', call.start);
    abort.abort();
    await assert.rejects(one, cancelled);
    call.resolve('answer');
    assert.equal(await two, 'answer');
    assert.equal(call.calls[0]?.signal.aborted, false);
  });

  it('makes a new call for who comes after the cancel, while the old one still ends', async () => {
    const flights = new SingleFlight<string, Piece>();
    const [old, fresh] = [makeCall(), makeCall()];
    const abort = new AbortController();
    const gone = flights.run('a', old.start, { signal: abort.signal });
    abort.abort();
    await assert.rejects(gone, cancelled);
    const next = flights.run('a', fresh.start);
    old.resolve('late');
    await turn();
    const joined = flights.run('a', fresh.start);
    fresh.resolve('new');
    assert.deepEqual(await Promise.all([next, joined]), ['new', 'new']);
    assert.equal(fresh.calls.length, 1);
  });

  it('does not begin for who has cancelled before', async () => {
    const flights = new SingleFlight<string, Piece>();
    const call = makeCall();
    await assert.rejects(flights.run('a', call.start, { signal: AbortSignal.abort() }), cancelled);
    await turn();
    assert.equal(call.calls.length, 0);
  });

  it('tells everyone what happens, and who joins late the latest of each kind', async () => {
    const flights = new SingleFlight<string, Piece>();
    const call = makeCall();
    const heard: Record<string, string[]> = { first: [], second: [] };
    const listen = (name: string) => ({
      onEvent: ({ kind, text }: Piece) => heard[name]?.push(`${kind} ${text}`),
    });
    const one = flights.run('a', call.start, listen('first'));
    await turn();
    const emit = (kind: string, text: string) => call.calls[0]?.emit({ kind, text });
    emit('stage', 'waiting');
    emit('partial', '1');
    emit('partial', '2');
    const two = flights.run('a', call.start, listen('second'));
    emit('partial', '3');
    call.resolve('answer');
    await Promise.all([one, two]);
    emit('partial', '4');
    assert.deepEqual(heard, {
      first: ['stage waiting', 'partial 1', 'partial 2', 'partial 3'],
      second: ['stage waiting', 'partial 2', 'partial 3'],
    });
  });

  it('lets a caller whose listener fails go alone', async () => {
    const flights = new SingleFlight<string, Piece>();
    const call = makeCall();
    const broken = flights.run('a', call.start, {
      onEvent: () => {
        throw new Error('panel is gone');
      },
    });
    const sound = flights.run('a', call.start);
    await turn();
    call.calls[0]?.emit({ kind: 'partial', text: '1' });
    await assert.rejects(broken, /panel is gone/);
    call.resolve('answer');
    assert.equal(await sound, 'answer');
  });

  it('is idle when every call has ended, also those nobody waits for', async () => {
    const flights = new SingleFlight<string, Piece>();
    await flights.idle();
    const call = makeCall();
    const abort = new AbortController();
    const run = flights.run('a', call.start, { signal: abort.signal });
    await turn();
    abort.abort();
    await assert.rejects(run, cancelled);
    let idle = false;
    const waiting = flights.idle().then(() => (idle = true));
    await turn();
    assert.equal(idle, false);
    call.resolve('settled');
    await waiting;
    assert.equal(idle, true);
  });
});
