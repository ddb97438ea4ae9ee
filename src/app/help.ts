import type { Argument, Help, Option } from 'commander'

/** A description from a table of options in the style of the help: `guidance scale (default: 6)`. */
export function helpText(doc: string): string {
  const text = doc.replace(/\. Default: (.*)\.$/s, ' (default: $1)').replace(/\.$/, '')
  const startsWithName = /^\w+[A-Z]/.test(text)
  return startsWithName ? text : text[0]!.toLowerCase() + text.slice(1)
}

/** One style for every option and argument of the help: `what it does (choice, choice) (default: value)`. */
export const helpStyle: Partial<Help> = {
  optionDescription: (option: Option) =>
    styled(option.description, option.argChoices, option.required ? option.defaultValue : undefined),
  argumentDescription: (argument: Argument) =>
    styled(argument.description, argument.argChoices, argument.defaultValue),
}

function styled(description: string, choices: readonly string[] | undefined, value: unknown): string {
  const [, sentence = description, described] = /^(.*) \(default: (.*)\)$/s.exec(description) ?? []
  const shown = described ?? (value === undefined ? undefined : String(value))
  return [
    sentence,
    ...(choices ? [`(${choices.join(', ')})`] : []),
    ...(shown === undefined ? [] : [`(default: ${shown})`]),
  ].join(' ')
}
