import { describe, expect, it } from 'vitest'
import { bflServer } from '../../../test/remote/bflServer.ts'
import { pngFile, smallPicture } from '../../../test/remote/protocol.ts'
import { remoteServer } from '../../../test/remoteServer.ts'
import type { EditorConfig } from './configuration.ts'
import { openRemoteEditor } from './openRemote.ts'
import { listedPrice, listedPrices } from './prices.ts'
import type { RemoteEditor } from './remoteEditor.ts'

describe('listed prices', () => {
  it('say where they stood and when that was, one row a model', () => {
    for (const { model, address, seen, perImage, perMillionOutputTokens } of listedPrices) {
      expect(address, model).toMatch(/^https:\/\/[^\s]+$/)
      expect(seen, model).toMatch(/^20\d\d-[01]\d-[0-3]\d$/)
      // Both together would count a picture twice.
      expect(
        [perImage, perMillionOutputTokens].filter((price) => price !== undefined && price > 0),
        model,
      ).toHaveLength(1)
    }
    expect(new Set(listedPrices.map(({ model }) => model)).size).toBe(listedPrices.length)
  })

  it('hold for the exact model at the address of its vendor, and for no reseller', () => {
    expect(listedPrice('flux-kontext-pro', 'https://api.eu.bfl.ai')?.perImage).toBe(0.04)
    expect(listedPrice('flux-kontext', 'https://api.bfl.ai')).toBeUndefined()
    expect(listedPrice('flux-kontext-pro', 'https://notbfl.ai/v1')).toBeUndefined()
    expect(listedPrice('flux-kontext-pro', 'http://127.0.0.1:8000')).toBeUndefined()
  })
})

describe('the price of an edit', () => {
  const picture = { width: 512, height: 512 }
  const open = (config: object): Promise<RemoteEditor> =>
    openRemoteEditor('mine', { editors: { mine: config as EditorConfig }, env: { KEY: 'k' } })

  it('is listed for a model at its vendor', async () => {
    const flux = await open({ type: 'bfl', model: 'flux-kontext-max', key: 'KEY' })
    expect(flux.estimate(picture, 'x')).toBe(0.08)
    const google = await open({ type: 'gemini', model: 'gemini-2.5-flash-image', key: 'KEY' })
    expect(google.estimate(picture, 'x')).toBeCloseTo(0.039, 3)
  })

  it('counts the pictures beside the edited one', async () => {
    const price = { perMillionInputTokens: 10, perMillionOutputTokens: 40 }
    const openai = await open({ type: 'openai', model: 'gpt-image-1.5', key: 'KEY', price })
    // Of one tile: 65 tokens, 129, and 4160 of high fidelity.
    const [one, three] = [[], [picture, picture]].map((more) => openai.estimate(picture, 'x', more)!)
    expect(three! - one!).toBeCloseTo((2 * 4354 * 10) / 1e6, 9)
    const google = await open({ type: 'gemini', model: 'gemini-2.5-flash-image', key: 'KEY', price })
    expect(google.estimate(picture, 'x', [picture])! - google.estimate(picture, 'x')!).toBeCloseTo(258e-5, 9)
    const flux = await open({ type: 'bfl', model: 'flux-2-pro', key: 'KEY' })
    expect(flux.estimate(picture, 'x', [picture])).toBeCloseTo(0.06, 9)
  })

  it('is the one of the configuration where that has one', async () => {
    const flux = await open({ type: 'bfl', model: 'flux-kontext-max', key: 'KEY', price: { perImage: 0.05 } })
    expect(flux.estimate(picture, 'x')).toBe(0.05)
  })

  it('is not known of a model that is not listed, and of another seller', async () => {
    for (const more of [
      { model: 'flux-9' },
      { model: 'flux-kontext-max', baseUrl: 'https://resold.example/v1' },
    ])
      expect((await open({ type: 'bfl', key: 'KEY', ...more })).estimate(picture, 'x')).toBeUndefined()
  })

  it('is what the server says where the configuration says nothing', async () => {
    const server = await remoteServer()
    const file = await pngFile()
    const asked = {
      type: 'bfl',
      model: 'flux-2-pro',
      key: 'KEY',
      baseUrl: `${server.url}/v1`,
      pollSeconds: 0.01,
    }
    const costs: unknown[] = []
    for (const price of [undefined, { perImage: 0.5 }]) {
      server.answer(bflServer({ file }, { key: 'k' }))
      const flux = await open({ ...asked, ...(price && { price }) })
      await flux.edit(smallPicture(), 'x', { onUsage: ({ cost }) => costs.push(cost) })
    }
    await server.close()
    expect(costs).toEqual([0.04, 0.5])
  })
})
