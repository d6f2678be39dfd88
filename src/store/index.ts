/** The room's door: all that others use of it besides the types. */
export { openWorkspaceLog, type LogPolicy, type WorkspaceLogOptions } from './workspace-log.ts';
