import type { Command } from 'commander'
import type { Terminal } from './terminal.ts'

/** Adds a command with its options and its action to the program. */
export type AddCommand = (program: Command, terminal: Terminal) => void

/** A command that is loaded on use: the runtime and the database take a second to load. */
export interface ListedCommand {
  readonly name: string
  readonly description: string
  /** Whether it needs all other commands to be loaded. */
  readonly needsAll?: true
  load(): Promise<AddCommand>
}

/** Every command, in the order of the help. */
export const listedCommands: readonly ListedCommand[] = [
  {
    name: 'edit',
    description: 'edit pictures by instruction, in English or Chinese',
    load: async () => (await import('./edit.ts')).editCommand,
  },
  {
    name: 'batch',
    description: 'run the edits of a list; existing outputs with the same recipe are skipped',
    load: async () => (await import('./batch.ts')).batchCommand,
  },
  {
    name: 'replay',
    description: 'make an edited picture again from its recipe',
    load: async () => (await import('./replay.ts')).replayCommand,
  },
  {
    name: 'serve',
    description: 'serve the studio and an OpenAI-compatible API; Ctrl-C stops',
    load: async () => (await import('./serve.ts')).serveCommand,
  },
  {
    name: 'worker',
    description: 'make edits for servers that share a Postgres database; Ctrl-C stops',
    load: async () => (await import('./worker.ts')).workerCommand,
  },
  {
    name: 'ask',
    description: 'ask a language model about pictures, on this machine',
    load: async () => (await import('./ask.ts')).askCommand,
  },
  {
    name: 'models',
    description: 'list models of all families, installed or available to pull, and remote editors',
    load: async () => (await import('./modelList.ts')).modelsCommand,
  },
  {
    name: 'pull',
    description: 'download a model from the Hugging Face hub; interrupted downloads resume',
    load: async () => (await import('./pull.ts')).pullCommand,
  },
  {
    name: 'inspect',
    description: 'show the contents of a checkpoint, a LoRA or the recipe of a picture',
    load: async () => (await import('./inspect.ts')).inspectCommand,
  },
  {
    name: 'quantize',
    description: 'write a checkpoint with 8- or 4-bit weights, a quarter or an eighth of fp32',
    load: async () => (await import('./quantize.ts')).quantizeCommand,
  },
  {
    name: 'train',
    description: 'train a checkpoint or a LoRA on triplets of source, instruction and target',
    load: async () => (await import('./train.ts')).trainCommand,
  },
  {
    name: 'tools',
    description: 'list, install and verify vision tools',
    load: async () => (await import('./tools.ts')).toolsCommand,
  },
  {
    name: 'dataset',
    description: 'make training triplets (picture, instruction, edited picture) from your pictures',
    load: async () => (await import('./dataset.ts')).datasetCommand,
  },
  {
    name: 'bench',
    description: 'measure editors: GEdit-Bench and other suites, judges, checks, reports, user studies',
    load: async () => (await import('./bench/bench.ts')).benchCommand,
  },
  {
    name: 'mcp',
    description: 'serve tools to a language model over standard input and output (MCP); see docs/mcp.md',
    load: async () => (await import('./mcpCommand.ts')).mcpCommand,
  },
  {
    name: 'cache',
    description: 'list, measure or clear the cache',
    load: async () => (await import('./cache.ts')).cacheCommand,
  },
  {
    name: 'doctor',
    description: 'check this machine and the installation for problems',
    load: async () => (await import('./doctor.ts')).doctorCommand,
  },
  {
    name: 'completion',
    description: 'print a shell completion script',
    needsAll: true,
    load: async () => (await import('./completion.ts')).completionCommand,
  },
]
