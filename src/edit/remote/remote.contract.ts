import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Handler,
  type RemoteServer,
  remoteServer,
  type SeenRequest,
} from '../../../test/remoteServer.ts'
import { encodePicture, type Picture, readPicture } from '../../image/index.ts'
import type { RefusalKind } from '../error.ts'
import { type EditError, EditRefusal } from '../error.ts'
import type { EditUsage } from '../progress.ts'
import type { EditorConfig } from './configuration.ts'
import { openRemoteEditor } from './openRemote.ts'
import type { RemoteEditor } from './remoteEditor.ts'

/** How a service answers, in its own protocol. */
export interface RemoteProtocol {
  /** An editor of the type, with the variable of its key as `key`, and `price: { perImage: 0.04 }`. */
  config(url: string): EditorConfig & { readonly key: string }
  /** What a request that asks for an edit holds; undefined for others, such as polls. */
  read(
    request: SeenRequest,
  ): Promise<{ readonly instruction: string; readonly picture: Uint8Array } | undefined>
  /** An edit that gives this picture file, however many requests it takes. */
  gives(file: Uint8Array): Handler
  /** The same by the address of a file on the server, where the protocol has that. */
  givesAddress?(file: Uint8Array): Handler
  /** The same in base64 with something in it that is none, where the protocol has base64. */
  givesBrokenBase64?(file: Uint8Array): Handler
  /** Too many requests: come back after no time at all. */
  readonly rateLimited: Handler
  /** The account's quota or credit is used up. */
  readonly usedUp: Handler
  /** Every form of refusal, by name. */
  readonly refusals: Readonly<
    Record<
      string,
      { readonly handler: Handler; readonly kind: RefusalKind; readonly reason: string | RegExp }
    >
  >
  /** An error that repeats the words given, such as a wrong key. */
  complains(words: string): Handler
  /** Options that the API has. */
  readonly options: readonly string[]
  /** The size of pictures that fit the protocol's policy without padding. Default: 64 × 64. */
  readonly size?: number
}

const secret = 'sk-Secret0123456789'

/** What every provider of remote editors must do, against its own protocol on loopback. */
export function remoteContract(name: string, protocol: RemoteProtocol): void {
  describe(`${name}, as every remote editor,`, () => {
    const { size = 64 } = protocol
    const source = gradient(size, size)
    const made = flat(size, size, 200)
    let server: RemoteServer
    let editor: RemoteEditor
    let file: Uint8Array
    const key = protocol.config('http://127.0.0.1').key

    const open = (changes: Partial<EditorConfig> = {}): Promise<RemoteEditor> =>
      openRemoteEditor('mine', {
        editors: { mine: { ...protocol.config(server.url), ...changes } as EditorConfig },
        env: { [key]: secret },
        backoffSeconds: 0.001,
      })
    beforeAll(async () => {
      server = await remoteServer()
      editor = await open({ retries: 2 })
      file = await encodePicture(made, 'png')
    })
    afterAll(async () => {
      await editor.close()
      await server.close()
    })

    const asked = async (): Promise<number> =>
      (await Promise.all(server.seen.map((each) => protocol.read(each)))).filter((each) => each).length
    const failing = async (run: Promise<unknown>): Promise<EditError> => {
      const error = await run.then(
        () => undefined,
        (reason: unknown) => reason as EditError,
      )
      expect(error).toBeDefined()
      expect(error!.message).not.toContain(secret)
      expect(error!.message).not.toContain('\n')
      return error!
    }

    it('sends picture, instruction and key, gives the picture, and tells what it cost', async () => {
      server.answer(protocol.gives(file))
      const usages: EditUsage[] = []
      const result = await editor.edit(source, 'make it grey', { onUsage: (usage) => usages.push(usage) })
      expect(result).toEqual(made)
      const [request] = server.seen
      const { instruction, picture } = (await protocol.read(request!))!
      expect(instruction).toContain('make it grey')
      expect(Buffer.compare((await readPicture(picture)).data, source.data)).toBe(0)
      expect(JSON.stringify(request!.headers) + request!.path).toContain(secret)
      expect(usages).toHaveLength(1)
      expect(usages[0]).toMatchObject({ images: 1, size: { width: size, height: size } })
      expect(usages[0]!.cost).toBeCloseTo(0.04, 6)
    })

    it("brings a picture of another size to the source's, and tells what came", async () => {
      server.answer(protocol.gives(await encodePicture(flat(96, 96, 90), 'png')))
      const usages: EditUsage[] = []
      const result = await editor.edit(source, 'make it grey', { onUsage: (usage) => usages.push(usage) })
      expect(result).toEqual(flat(size, size, 90))
      expect(usages[0]!.size).toEqual({ width: 96, height: 96 })
      expect(await editor.edit(source, 'make it grey', { keepEditSize: true })).toEqual(flat(96, 96, 90))
    })

    it('keeps everything outside of a region, to the bit', async () => {
      server.answer(protocol.gives(file))
      const region = { x: 16, y: 16, width: 24, height: 24 }
      const result = await editor.edit(source, 'make it grey', { region })
      let [inside, outside] = [0, 0]
      for (let y = 0; y < size; y++)
        for (let x = 0; x < size; x++) {
          const at = 3 * (y * size + x)
          const same = [0, 1, 2].every((c) => result.data[at + c] === source.data[at + c])
          const isInside = x >= 16 && x < 40 && y >= 16 && y < 40
          if (isInside && !same) inside++
          if (!isInside && !same) outside++
        }
      expect(outside).toBe(0)
      expect(inside).toBeGreaterThan(300)
    })

    if (protocol.givesAddress)
      it('fetches a picture by its address, without the key', async () => {
        server.answer(protocol.givesAddress!(file))
        expect(await editor.edit(source, 'make it grey')).toEqual(made)
        const download = server.seen.at(-1)!
        expect(JSON.stringify(download.headers) + download.path).not.toContain(secret)
      })

    if (protocol.givesBrokenBase64)
      it('says that base64 is broken', async () => {
        server.answer(protocol.givesBrokenBase64!(file))
        const error = await failing(editor.edit(source, 'make it grey'))
        expect(error.code).toBe('server')
        expect(error.message).toMatch(/broken base64/)
      })

    it('says that what came is no picture', async () => {
      server.answer(protocol.gives(new Uint8Array(Buffer.from('nothing but words'))))
      const error = await failing(editor.edit(source, 'make it grey'))
      expect(error.code).toBe('server')
      expect(error.message).toMatch(/expected a picture file/)
    })

    for (const [form, { handler, kind, reason }] of Object.entries(protocol.refusals))
      it(`takes ${form} for a refusal, which is not asked again and costs no picture`, async () => {
        server.answer(handler)
        const usages: EditUsage[] = []
        const refusal = await failing(
          editor.edit(source, 'make it grey', { onUsage: (usage) => usages.push(usage) }),
        )
        expect(refusal).toBeInstanceOf(EditRefusal)
        if (!(refusal instanceof EditRefusal)) return
        expect(refusal).toMatchObject({ code: 'refused', kind })
        expect(refusal.reason).toMatch(reason)
        expect(await asked()).toBe(1)
        expect(usages.at(-1)).toMatchObject({ images: 0 })
      })

    it('waits as long as a rate limit asks, and asks again', async () => {
      server.answer(protocol.rateLimited, protocol.gives(file))
      expect(await editor.edit(source, 'make it grey')).toEqual(made)
      expect(await asked()).toBe(2)
    })

    it('gives up after its retries on a rate limit', async () => {
      server.answer(protocol.rateLimited)
      const error = await failing(editor.edit(source, 'make it grey'))
      expect(error.code).toBe('server')
      expect(error.message).toMatch(/concurrency/)
      expect(await asked()).toBe(3)
    })

    it('tells a used-up quota apart, and does not ask again', async () => {
      server.answer(protocol.usedUp)
      const error = await failing(editor.edit(source, 'make it grey'))
      expect(error.code).toBe('quota')
      expect(await asked()).toBe(1)
    })

    it.each([
      ['a failing server', (): ReturnType<Handler> => ({ status: 502, text: '<html>Bad Gateway</html>' })],
      ['a server that is gone', (): ReturnType<Handler> => 'cut'],
    ])('gives up after its retries on %s', async (_, handler) => {
      server.answer(handler)
      expect((await failing(editor.edit(source, 'make it grey'))).code).toBe('server')
      expect(server.seen).toHaveLength(3)
    })

    it('says where an answer is no JSON', async () => {
      server.answer(() => ({ text: '<html>Welcome</html>' }))
      const error = await failing(editor.edit(source, 'make it grey'))
      expect(error.code).toBe('server')
      expect(error.message).toContain(new URL(server.url).host)
    })

    it('does not repeat a key that the service repeats', async () => {
      server.answer(protocol.complains(`Incorrect API key provided: ${secret}`))
      const error = await failing(editor.edit(source, 'make it grey'))
      expect(error.message).toMatch(/Incorrect API key/)
      // Gemini says it with 400 in words of its own.
      expect(['key', 'input']).toContain(error.code)
    })

    it('ends at its time limit', async () => {
      server.answer(() => 'hang')
      const brief = await open({ timeLimitSeconds: 0.1 })
      const error = await failing(brief.edit(source, 'make it grey'))
      expect(error.code).toBe('server')
      expect(error.message).toMatch(/time limit/)
      await brief.close()
    })

    it('is cancelled while it waits, and closed', async () => {
      server.answer(() => 'hang')
      const cancel = new AbortController()
      const first = failing(editor.edit(source, 'make it grey', { signal: cancel.signal }))
      while (server.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
      cancel.abort()
      expect((await first).code).toBe('cancelled')
      const other = await open({ concurrency: 1 })
      const running = failing(other.edit(source, 'make it grey'))
      const waiting = failing(other.edit(source, 'make it grey'))
      while (server.seen.length < 2) await new Promise((resolve) => setTimeout(resolve, 1))
      await other.close()
      expect([(await running).code, (await waiting).code]).toEqual(['closed', 'closed'])
      expect((await failing(other.edit(source, 'make it grey'))).code).toBe('closed')
    })

    it('has no more requests open than its concurrency', async () => {
      const gives = protocol.gives(file)
      server.answer(async (request) => {
        const given = await gives(request)
        return typeof given === 'string' ? given : { ...given, milliseconds: 20 }
      })
      const two = await open({ concurrency: 2 })
      await Promise.all(Array.from({ length: 6 }, () => two.edit(source, 'make it grey')))
      await two.close()
      expect(server.mostAtATime).toBe(2)
    })

    it('refuses options that its API does not have', async () => {
      const all = { seed: 7, steps: 5, guidance: 3, negative: 'blur', vaeSample: true, size: 512 }
      for (const [option, value] of Object.entries(all)) {
        server.answer(protocol.gives(file))
        const run = editor.edit(source, 'make it grey', { [option]: value })
        if (protocol.options.includes(option)) await run
        else expect((await failing(run)).message).toMatch(`${option}: mine has no such option`)
      }
      expect((await failing(editor.edit(source, ' '))).code).toBe('input')
    })

    it('names the variable of a key that is not set', async () => {
      const run = openRemoteEditor('mine', { editors: { mine: protocol.config(server.url) }, env: {} })
      expect((await failing(run)).message).toContain(`mine: the environment variable ${key} is not set`)
    })

    it('has an identity of what decides its pictures, without its key, price and limits', async () => {
      const identity = await editor.identity()
      expect(identity).not.toContain(key)
      const others = [{ price: { perImage: 1 } }, { concurrency: 9 }, { timeLimitSeconds: 3 }, { retries: 9 }]
      for (const change of others) expect(await (await open(change)).identity()).toBe(identity)
      expect(await (await open({ size: { longest: 512 } })).identity()).not.toBe(identity)
    })
  })
}

/** A picture in which every pixel is its own. */
export function gradient(width: number, height: number): Picture {
  const data = new Uint8Array(3 * width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = 3 * (y * width + x)
      data[at] = (255 * x) / width
      data[at + 1] = (255 * y) / height
      data[at + 2] = (x * 7 + y * 13) % 256
    }
  return { width, height, data }
}

/** A grey picture. */
export function flat(width: number, height: number, level: number): Picture {
  return { width, height, data: new Uint8Array(3 * width * height).fill(level) }
}
