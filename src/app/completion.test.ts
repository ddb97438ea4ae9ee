import { execFileSync, spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { commandLine } from '../../test/commandLine.ts'
import { runCommandLine } from './program.ts'

const pentimento = commandLine(runCommandLine, () => ({}))
const script = async (shell: string): Promise<string> => (await pentimento(['completion', shell])).out

/** What bash offers behind some words; the last is being written. */
async function offered(...words: string[]): Promise<string[]> {
  const line = `COMP_WORDS=(pentimento ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}`
  const show = `printf '%s\\n' "$\{COMPREPLY[@]}"`
  const out = execFileSync('bash', ['-c', `${await script('bash')}\n${line}\n_pentimento\n${show}`], {
    encoding: 'utf8',
    cwd: new URL('../../test/pictures/', import.meta.url),
  })
  return out.trim().split('\n')
}

const isThere = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0

describe('pentimento completion', () => {
  it('completes commands, and the commands below them', async () => {
    expect(await offered('')).toEqual(expect.arrayContaining(['edit', 'batch', '--version']))
    expect(await offered('qu')).toEqual(['quantize'])
    expect(await offered('tools', 'in')).toEqual(['install'])
  })

  it('completes options, their values, and files', async () => {
    expect(await offered('edit', '--ch')).toEqual(['--change-map'])
    expect(await offered('edit', 'a.png', '--precision', '')).toEqual(['auto', 'fp32', 'int8', 'int4'])
    expect(await offered('edit', 'plai')).toEqual(['plain.png'])
    expect(await offered('edit', '--init', 'plai')).toEqual(['plain.png'])
    expect(await offered('tools', 'list', '--')).toEqual(['--json', '--help'])
  })

  it.runIf(isThere('zsh'))('is a script that zsh takes', async () => {
    execFileSync('zsh', ['-n', '-c', await script('zsh')])
  })

  it.runIf(isThere('fish'))('is a script that fish takes', async () => {
    execFileSync('fish', ['-n', '-c', await script('fish')])
  })

  it('has every option for fish', async () => {
    const lines = (await script('fish')).split('\n')
    expect(lines).toContain(
      "complete -c pentimento -n '__fish_seen_subcommand_from edit' -l weights -x -a 'auto whole streamed' -d 'hold all weights in memory, or stream them from disk'",
    )
  })

  it('refuses another shell', async () => {
    const { code, error } = await pentimento(['completion', 'csh'])
    expect(error).toMatch(/Allowed choices are bash, zsh, fish/)
    expect(code).toBe(2)
  })
})
