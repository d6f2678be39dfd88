import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { after, describe, it } from 'mocha';
import { insight, MAGNET_CSV, scriptedUser, stateOf, until, workspaceFile } from '../../support.ts';

// A workbench in a browser writes its state every five seconds and, being a page, cannot do so when it is left.
after(() => delay(8000));

describe('before a restart', () => {
  const user = scriptedUser();

  it('an insight is in the panel, which listens', async () => {
    const uri = await workspaceFile('candles.csv', MAGNET_CSV);
    user.dialogs.pick('Etsy').type('candles of a restart');
    const brief = await insight(user, 'marketBrief', uri, [uri]);
    const { panel } = user.doors.container.controller();
    await until('the page listens', () => panel.isListening);
    await until('it is in the log', () =>
      stateOf(user.doors)?.history.items.some(({ id }) => id === brief.id),
    );
    assert.equal(panel.isVisible, true);
  });
});
