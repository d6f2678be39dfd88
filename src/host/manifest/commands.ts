import { INSIGHT_CATALOGUE, INSIGHT_TYPES, type InsightTypeId } from '../../insights/catalogue.ts';

/** A command as package.json and the code know it. */
export interface CommandDefinition {
  /** Shown after "LexyBrain:" in the command palette. "…" when it asks for something first. */
  readonly title: string;
  /** Codicon of a command that has a place outside the palette. */
  readonly icon?: string;
}

/** The name of the command that makes an insight. */
export type InsightCommandName = (typeof INSIGHT_CATALOGUE)[InsightTypeId]['command']['name'];

const INSIGHT_DEFINITIONS = Object.fromEntries(
  INSIGHT_TYPES.map((insight) => {
    const { name, title, icon } = INSIGHT_CATALOGUE[insight].command;
    return [name, { title, icon }];
  }),
) as Record<InsightCommandName, CommandDefinition>;

/** Every command, by what follows `lexybrain.` in its id. Ids are final: keybindings of users name them. */
export const COMMANDS = {
  ...INSIGHT_DEFINITIONS,
  openInsights: { title: 'Open Insights' },
  changeMarketAndProduct: { title: 'Change Market and Product…' },
  previewList: { title: 'Preview Keyword List', icon: '$(table)' },
  chooseColumns: { title: 'Choose Columns…' },
  refreshLists: { title: 'Refresh Keyword Lists', icon: '$(refresh)' },
  setHuggingFaceToken: { title: 'Set Hugging Face Token…' },
  removeHuggingFaceToken: { title: 'Remove Hugging Face Token' },
  setProviderKey: { title: 'Set Provider Key…' },
  removeProviderKey: { title: 'Remove Provider Key…' },
  selectModel: { title: 'Select Model…' },
  testConnection: { title: 'Test Connection' },
  showConfiguration: { title: 'Show Configuration' },
  selectModelForInsight: { title: 'Select Model for an Insight…' },
  compareModels: { title: 'Compare Models…' },
  showUsage: { title: 'Show Usage' },
  clearCache: { title: 'Clear Cache' },
  exportTrainingData: { title: 'Export Training Data…' },
  exportDatabase: { title: 'Export Database…' },
  mergeTrainingLogs: { title: 'Merge Training Logs…' },
  deleteWorkspaceLogs: { title: 'Delete Workspace Logs…' },
  startBridge: { title: 'Start Local Bridge' },
  stopBridge: { title: 'Stop Local Bridge' },
  showLog: { title: 'Show Log' },
} as const satisfies Readonly<Record<string, CommandDefinition>>;

export type CommandName = keyof typeof COMMANDS;

/** The id under which VS Code knows a command. */
export const commandId = (name: CommandName): `lexybrain.${CommandName}` => `lexybrain.${name}`;

export const COMMAND_NAMES = Object.keys(COMMANDS) as CommandName[];

/** The commands that make an insight, with its type. */
export const INSIGHT_COMMANDS: readonly {
  readonly name: InsightCommandName;
  readonly type: InsightTypeId;
}[] = INSIGHT_TYPES.map((type) => ({ name: INSIGHT_CATALOGUE[type].command.name, type }));

/** The id of the command that makes an insight. */
export const insightCommandId = (type: InsightTypeId): `lexybrain.${CommandName}` =>
  commandId(INSIGHT_CATALOGUE[type].command.name);

/** Endings of files that may hold a keyword list. */
export const LIST_EXTENSIONS = ['csv', 'tsv', 'txt', 'md', 'xlsx', 'json'] as const;

/** The id of the panel's view type, which VS Code restores it by. */
export const PANEL_VIEW_TYPE = 'lexybrain.insights';

/** The id of the previews' editor, which VS Code restores them by. */
export const LIST_VIEW_TYPE = 'lexybrain.listPreview';

/** The ids of the Keyword Lists view and of the place in the activity bar that holds it. */
export const LISTS_VIEW = 'lexybrain.lists';
export const VIEW_CONTAINER = 'lexybrain';
