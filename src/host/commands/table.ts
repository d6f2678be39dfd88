import { INSIGHT_COMMANDS, type CommandName, type InsightCommandName } from '../manifest/commands.ts';
import { startBridge, stopBridge } from './bridge.ts';
import { compareModels } from './compare.ts';
import { clearCache, showConfiguration, testConnection } from './configuration.ts';
import { deleteWorkspaceLogs } from './delete-logs.ts';
import type { CommandPorts, Handler } from './handler.ts';
import { changeMarketAndProduct, makeInsight } from './insights.ts';
import { removeKey, setKey } from './keys.ts';
import { chooseColumns, previewList } from './lists.ts';
import { mergeTrainingLogs } from './merge.ts';
import { selectModel } from './models.ts';
import { exportDatabase, exportTrainingData } from './training.ts';
import { selectModelForInsight } from './routing.ts';
import { showUsage } from './usage.ts';

/** What each command does. */
export function commandTable(ports: CommandPorts): Readonly<Record<CommandName, Handler>> {
  const insights = Object.fromEntries(
    INSIGHT_COMMANDS.map(({ name, type }) => [name, makeInsight(ports, type)]),
  ) as Record<InsightCommandName, Handler>;
  return {
    ...insights,
    openInsights: () => ports.controller().open(),
    changeMarketAndProduct: changeMarketAndProduct(ports),
    previewList: previewList(ports),
    chooseColumns: chooseColumns(ports),
    refreshLists: async () => ports.listsView().refresh(),
    setHuggingFaceToken: setKey(ports, 'huggingface'),
    removeHuggingFaceToken: removeKey(ports, 'huggingface'),
    setProviderKey: setKey(ports, null),
    removeProviderKey: removeKey(ports, null),
    selectModel: selectModel(ports),
    testConnection: testConnection(ports),
    showConfiguration: showConfiguration(ports),
    selectModelForInsight: selectModelForInsight(ports),
    compareModels: compareModels(ports),
    showUsage: showUsage(ports),
    clearCache: clearCache(ports),
    exportTrainingData: exportTrainingData(ports),
    exportDatabase: exportDatabase(ports),
    mergeTrainingLogs: mergeTrainingLogs(ports),
    deleteWorkspaceLogs: deleteWorkspaceLogs(ports),
    startBridge: startBridge(ports),
    stopBridge: stopBridge(ports),
    showLog: async () => {
      ports.log.show();
      return Promise.resolve();
    },
  };
}
