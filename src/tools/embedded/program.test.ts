import { existsSync } from 'node:fs'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodePnm, encodePgm, encodePpm } from './netpbm.ts'
import { programVersion, runProgram, withFolder } from './program.ts'

const limits = { timeLimitSeconds: 60 }
const node = (script: string): readonly string[] => ['-e', script]

describe('runProgram', () => {
  it('gives what a program writes, and how it ends', async () => {
    const script = 'process.stdin.pipe(process.stdout); console.error(process.env.WORD); process.exitCode = 3'
    const input = Uint8Array.of(0, 255, 10)
    const env = { WORD: 'hello' }
    const { code, out, error } = await runProgram(process.execPath, node(script), { ...limits, input, env })
    expect(code).toBe(3)
    expect([...out]).toEqual([0, 255, 10])
    expect(error).toBe('hello\n')
  })

  it('ends a program that takes too long', async () => {
    const script = 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'
    const late = runProgram(process.execPath, node(script), { timeLimitSeconds: 0.3 })
    await expect(late).rejects.toMatchObject({ name: 'ToolError', code: 'tool-failed' })
    await expect(late).rejects.toThrow(/no result after 0\.3 s, so it was stopped; leave the file out/)
  })

  it('says what is not installed, and what was given up', async () => {
    const missing = runProgram('no-such-program', [], limits)
    await expect(missing).rejects.toMatchObject({ code: 'tool-missing' })
    await expect(missing).rejects.toThrow(/^no-such-program: not installed; install it/)
    expect(await programVersion('no-such-program', [], /./)).toBeUndefined()
    expect(await programVersion(process.execPath, ['--version'], /v(\d+)/)).toMatch(/^\d+$/)
    const script = 'setInterval(() => {}, 1000)'
    const given = runProgram(process.execPath, node(script), { ...limits, signal: AbortSignal.timeout(200) })
    await expect(given).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('does not mind a program that reads nothing', async () => {
    const input = new Uint8Array(5_000_000)
    const { code } = await runProgram(process.execPath, node('process.exit(4)'), { ...limits, input })
    expect(code).toBe(4)
  })
})

describe('withFolder', () => {
  it('removes the folder, whatever happens in it', async () => {
    let place = ''
    const work = withFolder(async (folder) => {
      place = folder
      await writeFile(join(folder, 'file'), '')
      expect(await readdir(folder)).toEqual(['file'])
      throw new Error('within')
    })
    await expect(work).rejects.toThrow('within')
    expect(existsSync(place)).toBe(false)
  })
})

describe('PPM and PGM', () => {
  const picture = { width: 2, height: 3, data: Uint8Array.from({ length: 18 }, (_, i) => i + 5) }

  it('come back as they were, several in a row too', () => {
    const other = { width: 1, height: 1, data: Uint8Array.of(10, 32, 35) }
    expect(decodePnm(Buffer.concat([encodePpm(picture), encodePpm(other)]))).toEqual([picture, other])
    expect(decodePnm(new Uint8Array())).toEqual([])
  })

  it('are black and white for masks, and grey in every channel', () => {
    const mask = { width: 2, height: 1, data: Uint8Array.of(127, 128) }
    expect(decodePnm(encodePgm(mask))[0]?.data).toEqual(Uint8Array.of(0, 0, 0, 255, 255, 255))
    const commented = Buffer.from('P5\n# made by\n1 1\n255\n\x07', 'latin1')
    expect(decodePnm(commented)[0]?.data).toEqual(Uint8Array.of(7, 7, 7))
  })

  it('refuse what is cut short or something else', () => {
    expect(() => decodePnm(encodePpm(picture).subarray(0, 20))).toThrow('truncated')
    expect(() => decodePnm(Buffer.from('P3\n1 1\n255\n1 2 3'))).toThrow('expected a PPM or PGM')
    expect(() => decodePnm(Buffer.from('P6\n1 1\n65535\n'))).toThrow('8 bits')
  })
})
