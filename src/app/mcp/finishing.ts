import type { CallToolResult } from '@modelcontextprotocol/server'

/** Results of edits whose caller went on with a task, and whose file is still to be written by this process. */
export type Finishing = Map<string, Promise<CallToolResult>>
