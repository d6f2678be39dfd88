import * as vscode from 'vscode';
import type { Route } from '../generation/routing.ts';
import type { Dialogs } from './dialogs.ts';
import type { Memory } from './memory.ts';

export type Consent = 'continue' | 'builtin' | 'cancel';

export interface ConsentQuestion {
  readonly route: Route;
  /** The settings of the workspace choose this provider or model. */
  readonly chosenByWorkspace: boolean;
  /** The workspace's own instructions go into the prompt: what tells one version of them from another; else null. */
  readonly instructionsMark: string | null;
  readonly logFolder: string;
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/i;

/** The host that text goes to; null when it stays on this computer. */
export function hostOf(baseUrl: string | null): string | null {
  if (baseUrl === null) return null;
  const { host, hostname } = new URL(baseUrl);
  return LOOPBACK.test(hostname) ? null : host;
}

/** Who gets the text, for the user to agree to; null when it stays on this computer. */
function recipientOf({ provider, baseUrl, model }: Route): string | null {
  // Who offers it has the text, wherever that one sends it: each is agreed to by itself.
  return provider === 'vscode' ? (model.split('/')[0] ?? model) : hostOf(baseUrl);
}

/**
 * Before the first request to a provider: what leaves this computer, to whom, and what is kept where. And before
 * the first one that a workspace's own choice would cause: that it is the workspace's choice. Each is asked once.
 */
export async function askConsent(
  question: ConsentQuestion,
  { dialogs, memory }: { readonly dialogs: Dialogs; readonly memory: Memory },
): Promise<Consent> {
  const { route, chosenByWorkspace, instructionsMark, logFolder } = question;
  if (route.provider === 'builtin') return 'continue';
  const recipient = recipientOf(route);
  const isNew = recipient !== null && !memory.hasConsented(route.provider, recipient);
  const ofWorkspace = chosenByWorkspace || instructionsMark !== null;
  const choice = `${route.provider}/${route.model}${instructionsMark === null ? '' : `#${instructionsMark}`}`;
  const isNewChoice = ofWorkspace && !memory.hasSeenChoice(choice);
  if (!isNew && !isNewChoice) return 'continue';

  const parts: string[] = [];
  if (isNewChoice && chosenByWorkspace) {
    parts.push(
      vscode.l10n.t('The settings of this workspace choose {0} with {1}.', route.providerLabel, route.model),
    );
  }
  if (isNewChoice && instructionsMark !== null) {
    parts.push(
      vscode.l10n.t('This workspace adds its own instructions (lexybrain/instructions) to what is asked.'),
    );
  }
  if (route.provider === 'vscode') {
    parts.push(
      vscode.l10n.t(
        'Sent to the model {0}, which VS Code or another extension offers, wherever it runs: statistics of the list and the keywords that matter most with their figures, the market, and what you said you sell. The file itself is not sent.',
        route.model,
      ),
    );
  } else if (recipient !== null) {
    parts.push(
      vscode.l10n.t(
        'Sent to {0}: statistics of the list and the keywords that matter most with their figures, the market, and what you said you sell. Your key goes there too. The file itself is not sent.',
        recipient,
      ),
    );
  } else {
    parts.push(vscode.l10n.t('The model runs on this computer: nothing is sent elsewhere.'));
  }
  parts.push(
    vscode.l10n.t('Requests, answers and your ratings are logged on this computer, in {0}.', logFolder),
  );

  const go = vscode.l10n.t('Continue');
  const builtin = vscode.l10n.t('Use the Built-in Analyst');
  const picked = await dialogs.message(
    {
      kind: 'info',
      text: vscode.l10n.t('Ask {0} ({1})?', route.providerLabel, route.model),
      detail: parts.join('\n\n'),
      modal: true,
    },
    [go, builtin],
  );
  if (picked === builtin) return 'builtin';
  if (picked !== go) return 'cancel';
  if (recipient !== null) await memory.consent(route.provider, recipient);
  if (ofWorkspace) await memory.rememberChoice(choice);
  return 'continue';
}
