import { type Command, Option } from 'commander'
import { type TrainingOption, trainingOptions } from '../../train/index.ts'
import { helpText } from '../help.ts'
import { numberOf } from '../options.ts'
import { configurable, type TrainingConfiguration } from './configuration.ts'

/** The flag of a trainer's option: `--save-every` of saveEvery. */
function flagOf(name: string): string {
  if (name === 'learningRate') return '--lr'
  return `--${name.replaceAll(/[A-Z0-9]+/g, (part) => (/\d/.test(part) ? part : `-${part.toLowerCase()}`))}`
}

/** Adds a flag for each option of the trainer, from its row in the table. */
export function addTrainingFlags(command: Command): Command {
  for (const name of configurable) {
    const row: TrainingOption<unknown> = trainingOptions[name]
    const help = helpText(row.kind === 'switch' ? row.doc : `${row.doc} Default: ${row.default}.`)
    const flag = flagOf(name)
    if (row.kind === 'switch') command.option(flag, help)
    else if (row.kind === 'choice')
      command.addOption(new Option(`${flag} <${name}>`, help).choices(row.choices as readonly string[]))
    else command.option(`${flag} <${row.kind === 'whole' ? 'n' : 'x'}>`, help, numberOf)
  }
  return command
}

/** The trainer's options that were given as flags. */
export function trainingFlags(flags: Readonly<Record<string, unknown>>): TrainingConfiguration {
  const given = configurable.map((name) => [name, flags[name === 'learningRate' ? 'lr' : name]] as const)
  return Object.fromEntries(given.filter(([, value]) => value !== undefined))
}
