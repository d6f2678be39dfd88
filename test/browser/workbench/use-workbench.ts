import { after, afterEach, before } from 'mocha';
import { Workbench, type WorkbenchOptions } from './workbench.ts';

/**
 * A workbench for the tests of one `describe`: opened before them, closed after them, with a picture of every failure in
 * out/screenshots. Returns how to get it inside a test. Options that earlier `before` hooks make come as a function.
 */
export function useWorkbench(options: WorkbenchOptions | (() => WorkbenchOptions) = {}): () => Workbench {
  let workbench: Workbench | undefined;
  before(async () => {
    workbench = await Workbench.open(typeof options === 'function' ? options() : options);
  });
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    await workbench?.screenshot(`failed ${this.currentTest.fullTitle()}`.replace(/[^\w]+/g, '-'));
  });
  after(async () => {
    await workbench?.close();
  });
  return () => {
    if (workbench === undefined) throw new Error('The workbench is open only inside tests.');
    return workbench;
  };
}
