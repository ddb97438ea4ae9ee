import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commandLine } from '../../test/commandLine.ts'
import { packFolder, packs } from '../tools/index.ts'
import { runCommandLine } from './program.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tools-command-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const run = commandLine(runCommandLine, () => ({ PENTIMENTO_TOOLS: folder }))
const tools = (...args: readonly string[]) => run(['tools', ...args])

describe('pentimento tools', () => {
  it('lists every pack and program with what it is for', async () => {
    const { code, out } = await tools('list')
    expect(code).toBe(0)
    for (const { name, licence, purpose } of Object.values(packs))
      expect(out).toMatch(
        new RegExp(`^${name} +missing +.* [kM]B \\(.* [kM]B to download\\) +${licence} +${purpose}$`, 'm'),
      )
    expect(out).toMatch(/^gmic /m)
    expect(out).toMatch(/^ffmpeg /m)
    expect(out).toContain(folder)
  })

  it('lists them as JSON', async () => {
    const { code, out } = await tools('list', '--json')
    expect(code).toBe(0)
    const listed = JSON.parse(out) as {
      packs: { name: string; installed: boolean }[]
      programs: { name: string }[]
    }
    expect(listed.packs.map(({ name, installed }) => [name, installed])).toEqual(
      Object.keys(packs).map((name) => [name, false]),
    )
    expect(listed.programs.map(({ name }) => name)).toEqual(['gmic', 'ffmpeg'])
  })

  it('refuses to install nothing, and what there is not', async () => {
    expect(await tools('install')).toMatchObject({
      code: 2,
      out: '',
      error: expect.stringMatching(/or --all\n$/),
    })
    const { code, error } = await tools('install', 'opencv', 'depth-anything')
    expect(code).toBe(2)
    expect(error).toBe(
      `pentimento: depth-anything: expected a pack, one of ${Object.keys(packs).join(', ')}\n`,
    )
  })

  it('verifies: what is missing is told, what is damaged is an error', async () => {
    expect(await tools('verify')).toMatchObject({ code: 0, error: '' })
    const place = packFolder(folder, packs.ppocr)
    mkdirSync(place, { recursive: true })
    for (const { name, bytes } of packs.ppocr.files) writeFileSync(join(place, name), new Uint8Array(bytes))
    const { code, out, error } = await tools('verify')
    expect(code).toBe(2)
    expect(out).toMatch(/^ppocr +damaged$/m)
    expect(out).toMatch(/^fonts +missing$/m)
    expect(error).toMatch(
      /characters\.txt: expected the checksum .*; run 'pentimento tools install ppocr'\n$/,
    )
  })
})
