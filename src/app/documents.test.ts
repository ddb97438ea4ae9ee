import { readdirSync, readFileSync } from 'node:fs'
import { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { editOptions } from '../edit/index.ts'
import { listedCommands } from './commands.ts'
import { docOf, flagOf } from './editFlags.ts'
import { helpStyle } from './help.ts'
import type { Terminal } from './terminal.ts'

/* docs/command-line.md and the help agree with the commands. */

const docs = new URL('../../docs/', import.meta.url)
const page = readFileSync(new URL('command-line.md', docs), 'utf8')
const pages = readdirSync(docs)
  .filter((name) => name.endsWith('.md'))
  .map((name) => readFileSync(new URL(name, docs), 'utf8'))
  .join('\n')
const terminal: Terminal = {
  env: {},
  out: () => {},
  error: () => {},
  isScreen: false,
  signal: new AbortController().signal,
  fail: () => {},
}

async function loaded(): Promise<Command> {
  const program = new Command('pentimento')
  for (const { load } of listedCommands) (await load())(program, terminal)
  return program
}

const below = (command: Command): readonly Command[] => [command, ...command.commands.flatMap(below)]

describe('docs/command-line.md', () => {
  it('has the row of every option of an edit, as the table of options has it', () => {
    const names = Object.keys(editOptions) as (keyof typeof editOptions)[]
    const rows = names.map((name) => `| \`${flagOf(name)}\` | ${docOf(name)} |`)
    const [, between = ''] = page.split(/<!-- options of an edit -->\n|<!-- end -->/)
    expect(between.trimEnd().split('\n').slice(2)).toEqual(rows)
    expect(page).toContain(`every option of an edit: ${names.map((name) => `\`${name}\``).join(', ')}.`)
  })

  it('and the other pages name every option of every command', async () => {
    // Those of training are in docs/training.md by their names in a configuration, which a test of its own holds.
    const commands = below(await loaded()).filter((command) => command.name() !== 'train')
    const options = commands.flatMap((command) =>
      command.options.map(({ long, short }) => ({ command: command.name(), option: long ?? short! })),
    )
    const isNamed = (option: string) => new RegExp(`${option}(?![\\w-])`).test(pages)
    expect(options.filter(({ option }) => !isNamed(option))).toEqual([])
    expect(options.length).toBeGreaterThan(60)
  })

  it('names every command, and every variable of the environment', async () => {
    for (const { name } of listedCommands) expect(page).toContain(`pentimento ${name}`)
    const sources = readdirSync(new URL('../', import.meta.url), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !/\.(test|contract)\.ts$/.test(name))
      .map((name) => readFileSync(new URL(`../${name.replaceAll('\\', '/')}`, import.meta.url), 'utf8'))
    const variables = new Set(sources.flatMap((source) => source.match(/env\.PENTIMENTO_\w+/g) ?? []))
    expect(variables.size).toBeGreaterThan(3)
    for (const variable of variables) expect(page).toContain(`\`${variable.slice(4)}\``)
  })
})

it('the list of commands says what each command says of itself', async () => {
  const program = await loaded()
  expect(program.commands.map((command) => [command.name(), command.description()])).toEqual(
    listedCommands.map(({ name, description }) => [name, description]),
  )
})

it('the help has one style: lower case, no full stop, a default once in brackets', async () => {
  const program = (await loaded()).configureHelp(helpStyle)
  const commands = below(program)
  const help = Object.assign(program.createHelp(), helpStyle)
  const texts = commands.flatMap((command) => [
    command.description(),
    ...command.options.map((option) => help.optionDescription(option)),
    ...command.registeredArguments.map((argument) => help.argumentDescription(argument)),
  ])
  const hasStyle = (text: string) =>
    /^([a-z]|\w+[A-Z])/.test(text) &&
    !/\.$|\. [A-Z]|Default|choices:/.test(text) &&
    (text.match(/default/g) ?? []).length === (/ \(default: .+\)$/s.test(text) ? 1 : 0)
  expect(texts.filter((text) => text !== '' && !hasStyle(text))).toEqual([])
  expect(texts.length).toBeGreaterThan(100)
})
