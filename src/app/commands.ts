import type { Command } from 'commander'
import type { Terminal } from './terminal.ts'

/** Adds a command, with its options and what it does, to the program. */
export type AddCommand = (program: Command, terminal: Terminal) => void

/** A command that is loaded when it is used: the runtime and the database take a second to load. */
export interface ListedCommand {
  readonly name: string
  readonly description: string
  /** Whether it needs all other commands loaded too. */
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
    description: 'make many edits from a list; those that are there already are skipped',
    load: async () => (await import('./batch.ts')).batchCommand,
  },
  {
    name: 'replay',
    description: 'make an edited picture again from the recipe inside it',
    load: async () => (await import('./replay.ts')).replayCommand,
  },
  {
    name: 'models',
    description: 'list the models that are here: the small one of this package, and those that were pulled',
    load: async () => (await import('./modelList.ts')).modelsCommand,
  },
  {
    name: 'pull',
    description: 'download a model from a hub; goes on where it was broken off',
    load: async () => (await import('./pull.ts')).pullCommand,
  },
  {
    name: 'inspect',
    description: 'tell what a checkpoint, a LoRA or an edited picture holds',
    load: async () => (await import('./inspect.ts')).inspectCommand,
  },
  {
    name: 'quantize',
    description: 'write a checkpoint with 8- or 4-bit weights: a quarter or an eighth of the memory',
    load: async () => (await import('./quantize.ts')).quantizeCommand,
  },
  {
    name: 'train',
    description: 'train a checkpoint, or a LoRA on it, on triplets of source, instruction and target',
    load: async () => (await import('./train.ts')).trainCommand,
  },
  {
    name: 'tools',
    description: 'the vision tools that the data machine works with',
    load: async () => (await import('./tools.ts')).toolsCommand,
  },
  {
    name: 'dataset',
    description: 'make triplets of picture, instruction and edited picture from your own pictures',
    load: async () => (await import('./dataset.ts')).datasetCommand,
  },
  {
    name: 'cache',
    description: 'what is kept to save time: list it, its size, clear it',
    load: async () => (await import('./cache.ts')).cacheCommand,
  },
  {
    name: 'doctor',
    description: 'look at this machine and installation, and tell what is broken',
    load: async () => (await import('./doctor.ts')).doctorCommand,
  },
  {
    name: 'completion',
    description: 'print a script that completes commands and options in a shell',
    needsAll: true,
    load: async () => (await import('./completion.ts')).completionCommand,
  },
]
