import * as vscode from 'vscode';
import { LexyBrainError, messageOf, type ErrorReason } from '../errors.ts';
import type { PanelAction } from '../protocol/messages.ts';

export interface Action {
  readonly id: PanelAction;
  readonly label: string;
}

/** What may be done next about an error, the best first. */
const NEXT_STEPS: Readonly<Record<ErrorReason, readonly PanelAction[]>> = {
  disabled: ['openSettings'],
  cancelled: ['retry'],
  'list-missing': ['pickList'],
  'list-empty': ['pickList'],
  'list-binary': ['pickList'],
  'list-no-keywords': ['pickList'],
  'list-refused': ['pickList'],
  'list-too-large': ['pickList'],
  'list-damaged': ['pickList'],
  'invalid-request': ['openSettings', 'showConfiguration'],
  'budget-missing': ['retry'],
  'token-missing': ['setToken', 'useBuiltin', 'openTokenPage'],
  'secrets-unavailable': ['showConfiguration', 'setToken', 'useBuiltin'],
  'provider-unknown': ['openSettings', 'useBuiltin'],
  'provider-deprecated': ['openSettings', 'useBuiltin'],
  'provider-unauthorized': ['setToken', 'openTokenPage'],
  'provider-forbidden': ['useDefaultModel', 'openTokenPage', 'selectModel'],
  'provider-payment': ['selectModel', 'useBuiltin'],
  'provider-model-unknown': ['selectModel', 'useDefaultModel'],
  'provider-bad-request': ['selectModel', 'retry', 'showLog'],
  'provider-rate-limited': ['retry', 'selectModel'],
  'provider-quota': ['selectModel', 'useBuiltin'],
  'provider-unavailable': ['retry', 'openStatusPage'],
  'provider-loading': ['retry', 'selectModel'],
  'provider-timeout': ['retry', 'openStatusPage', 'openSettings'],
  'provider-network': ['retry', 'showLog'],
  'provider-refused': ['retry', 'selectModel'],
  'provider-answer': ['retry', 'selectModel', 'showRawAnswer'],
  'price-unknown': ['selectModel', 'openSettings', 'useBuiltin'],
  'cost-cap': ['openSettings', 'useBuiltin'],
  quota: ['openSettings', 'useBuiltin'],
  ledger: ['showLog', 'useBuiltin'],
  store: ['showLog'],
};

export interface Advice {
  readonly message: string;
  readonly advice: string | null;
  readonly actions: readonly Action[];
}

/** What an error says to the user, and the buttons that go with it. `has` tells which actions there is something for. */
export function adviceFor(error: unknown, has: (action: PanelAction) => boolean): Advice {
  if (!LexyBrainError.is(error)) {
    return {
      message: vscode.l10n.t('Something went wrong in LexyBrain: {0}', messageOf(error)),
      advice: vscode.l10n.t('The log says more.'),
      actions: [action('showLog'), action('retry')],
    };
  }
  const steps = NEXT_STEPS[error.reason].filter(
    (id) => id !== 'showRawAnswer' || error.rawAnswer !== undefined,
  );
  const raw =
    error.rawAnswer !== undefined && !steps.includes('showRawAnswer') ? (['showRawAnswer'] as const) : [];
  return {
    message: error.message,
    advice: error.advice ?? null,
    actions: [...steps, ...raw].filter(has).map(action),
  };
}

export const action = (id: PanelAction): Action => ({ id, label: label(id) });

function label(id: PanelAction): string {
  switch (id) {
    case 'setToken':
      return vscode.l10n.t('Set Token…');
    case 'removeToken':
      return vscode.l10n.t('Remove Token');
    case 'useBuiltin':
      return vscode.l10n.t('Use the Built-in Analyst');
    case 'useDefaultModel':
      return vscode.l10n.t('Use the Default Model');
    case 'selectModel':
      return vscode.l10n.t('Select Model…');
    case 'retry':
      return vscode.l10n.t('Try Again');
    case 'showLog':
      return vscode.l10n.t('Show Log');
    case 'showConfiguration':
      return vscode.l10n.t('Show Configuration');
    case 'openStatusPage':
      return vscode.l10n.t('Open Status Page');
    case 'openTokenPage':
      return vscode.l10n.t('Get a Token');
    case 'showRawAnswer':
      return vscode.l10n.t('Show the Answer as It Came');
    case 'openSettings':
      return vscode.l10n.t('Open Settings');
    case 'pickList':
      return vscode.l10n.t('Choose Another List…');
  }
}
