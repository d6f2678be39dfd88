import { setTimeout as pause } from 'node:timers/promises';
import type { Time } from './types.ts';

export const systemTime: Time = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  sleep: (ms, signal) => pause(ms, undefined, { signal }),
  random: () => Math.random(),
};
