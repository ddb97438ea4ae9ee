import { Argument, type Command, type Option } from 'commander'
import { UsageError } from './failure.ts'
import type { Terminal } from './terminal.ts'

const shells = ['bash', 'zsh', 'fish'] as const
type Shell = (typeof shells)[number]

/** `pentimento completion bash` */
export function completionCommand(program: Command, terminal: Terminal): void {
  program
    .command('completion')
    .description('print a shell completion script')
    .addArgument(new Argument('<shell>', 'the shell').choices(shells))
    .addHelpText('after', '\nFor example in ~/.bashrc: source <(pentimento completion bash)')
    .action((shell: Shell) => terminal.out(scripts[shell](wordsOf(program))))
}

/** The completions after the words of a command. */
interface Words {
  /** Such as `dataset run`; empty for the program itself. */
  readonly path: string
  readonly commands: readonly Described[]
  readonly options: readonly CompletedOption[]
}

interface Described {
  readonly name: string
  readonly description: string
}

interface CompletedOption extends Described {
  /** Its choices; undefined for a switch, empty if it takes a file or any other text. */
  readonly values: readonly string[] | undefined
}

/** The words of a command and its subcommands. */
function wordsOf(command: Command, path = ''): readonly Words[] {
  const below = command.commands.filter((each) => each.name() !== 'help')
  const own: Words = {
    path,
    commands: below.map((each) => ({ name: each.name(), description: each.description() })),
    options: [
      ...command.options.map(completed),
      { name: '--help', description: 'print this help', values: undefined },
    ],
  }
  return [own, ...below.flatMap((each) => wordsOf(each, `${path} ${each.name()}`.trim()))]
}

function completed({ long, short, description, required, optional, argChoices }: Option): CompletedOption {
  const name = long ?? short
  if (name === undefined || name === null) throw new UsageError('an option without a name')
  return { name, description, values: required || optional ? (argChoices ?? []) : undefined }
}

const scripts: Readonly<Record<Shell, (words: readonly Words[]) => string>> = {
  bash: bashScript,
  zsh: (words) => `autoload -U +X bashcompinit && bashcompinit\n${bashScript(words)}`,
  fish: fishScript,
}

/** The words before the cursor choose the command; of its options the last one chooses the values. Else files. */
function bashScript(words: readonly Words[]): string {
  const cases = words.map(({ path, commands, options }) => {
    const values = options
      .filter((option) => option.values !== undefined)
      .map(({ name, values = [] }) => `        ${name}) values=${quoted(values.join(' '))}; takes=1 ;;`)
    return [
      `    ${quoted(path)})`,
      `      words=${quoted([...commands, ...options].map(({ name }) => name).join(' '))}`,
      ...(values.length === 0 ? [] : ['      case "$previous" in', ...values, '      esac']),
      '      ;;',
    ].join('\n')
  })
  const paths = words.filter(({ path }) => path !== '').map(({ path }) => quoted(path))
  return `# Completion of pentimento: source <(pentimento completion bash)
_pentimento() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local path= words= values= takes= word known
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    for known in ${paths.join(' ')}; do
      if [ "\${path:+$path }$word" = "$known" ]; then path="$known"; break; fi
    done
  done
  case "$path" in
${cases.join('\n')}
  esac
  if [ -n "$takes" ]; then words="$values"
  elif [ -n "$path" ] && [[ "$current" != -* ]] && [[ "$words" == -* ]]; then words=
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [ -n "$words" ] || COMPREPLY=($(compgen -f -- "$current"))
}
complete -o filenames -F _pentimento pentimento
`
}

function fishScript(words: readonly Words[]): string {
  const lines = words.flatMap(({ path, commands, options }) => {
    const names = path === '' ? [] : path.split(' ')
    const seen = names.map((name) => `__fish_seen_subcommand_from ${name}`)
    const none =
      commands.length > 0
        ? `not __fish_seen_subcommand_from ${commands.map(({ name }) => name).join(' ')}`
        : ''
    const condition = [...seen, ...(none === '' ? [] : [none])].join('; and ')
    const when = condition === '' ? '' : ` -n ${fishQuoted(condition)}`
    return [
      ...commands.map(
        ({ name, description }) =>
          `complete -c pentimento -f${when} -a ${name} -d ${fishQuoted(description)}`,
      ),
      ...options.map(({ name, description, values }) => {
        const taken =
          values === undefined ? '' : values.length > 0 ? ` -x -a ${fishQuoted(values.join(' '))}` : ' -r'
        const flag = name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`
        return `complete -c pentimento${when} ${flag}${taken} -d ${fishQuoted(description)}`
      }),
    ]
  })
  return `# Completion of pentimento: pentimento completion fish | source\n${lines.join('\n')}\n`
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
const fishQuoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
