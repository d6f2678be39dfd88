import * as vscode from 'vscode';
import type { LocalBridge } from '../bridge.ts';
import type { CommandPorts, Handler } from './handler.ts';

/** Starts the bridge and says where it is; while it runs, offers its address, its token and its end. */
export function startBridge(ports: CommandPorts): Handler {
  return async () => {
    const bridge = ports.bridge();
    if (bridge.url !== undefined) {
      await offer(ports, bridge);
      return bridge.url;
    }
    const wanted = ports.settings.read().bridgePort.value;
    const { url, port } = await bridge.start();
    const moved = port === wanted ? '' : ` ${vscode.l10n.t('Port {0} was taken.', wanted)}`;
    const passing = bridge.tokenLasts
      ? ''
      : ` ${vscode.l10n.t('Its token lasts for this window only: the secret storage did not keep it.')}`;
    ports.notifications.say(
      vscode.l10n.t(
        'The LexyBrain bridge listens at {0}. Programs that show its token can use your lists and your providers.',
        url,
      ) +
        moved +
        passing,
      'info',
      [
        { label: vscode.l10n.t('Copy Token'), run: () => copy(bridge.token) },
        { label: vscode.l10n.t('Copy Address'), run: () => copy(url) },
        {
          label: vscode.l10n.t('Stop'),
          run: async () => {
            await bridge.stop();
          },
        },
      ],
    );
    return url;
  };
}

export function stopBridge(ports: CommandPorts): Handler {
  return async () => {
    const stopped = await ports.bridge().stop();
    ports.notifications.say(
      stopped
        ? vscode.l10n.t('The LexyBrain bridge was stopped.')
        : vscode.l10n.t('The LexyBrain bridge is not running.'),
    );
    return stopped;
  };
}

type Step = 'address' | 'token' | 'show' | 'renew' | 'stop';

async function offer(ports: CommandPorts, bridge: LocalBridge): Promise<void> {
  const url = bridge.url ?? '';
  const picked = await ports.dialogs().pickOne<Step>({
    title: vscode.l10n.t('LexyBrain Local Bridge'),
    placeholder: vscode.l10n.t('It listens at {0}', url),
    choices: [
      { label: `$(copy) ${vscode.l10n.t('Copy Address')}`, description: url, value: 'address' },
      { label: `$(key) ${vscode.l10n.t('Copy Token')}`, value: 'token' },
      { label: `$(eye) ${vscode.l10n.t('Show Token')}`, value: 'show' },
      {
        label: `$(refresh) ${vscode.l10n.t('Renew Token')}`,
        description: vscode.l10n.t('Programs that use the old one are refused from then on'),
        value: 'renew',
      },
      { label: `$(debug-stop) ${vscode.l10n.t('Stop')}`, value: 'stop' },
    ],
  });
  if (picked.kind !== 'answer') return;
  switch (picked.value) {
    case 'address':
      return copy(url);
    case 'token':
      return copy(bridge.token);
    case 'show':
      ports.notifications.say(vscode.l10n.t('Token of the LexyBrain bridge: {0}', bridge.token));
      return;
    case 'renew':
      await bridge.renew();
      ports.notifications.say(vscode.l10n.t('The bridge has a new token.'), 'info', [
        { label: vscode.l10n.t('Copy Token'), run: () => copy(bridge.token) },
      ]);
      return;
    case 'stop':
      await bridge.stop();
      return;
  }
}

async function copy(text: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
}
