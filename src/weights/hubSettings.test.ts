import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hubSettings } from './hubSettings.ts'

const noToken = () => undefined

describe('hubSettings', () => {
  it('reads the environment as other tools do', () => {
    const read = (file: string) => (file === join('home', 'token') ? 'hf_file\n' : undefined)
    expect(hubSettings({ HF_HOME: 'home' }, read)).toEqual({
      endpoint: 'https://huggingface.co',
      token: 'hf_file',
      cache: join('home', 'hub'),
      proxy: undefined,
      isOffline: false,
    })
    const given = hubSettings({ HF_TOKEN: 'hf_a', HF_ENDPOINT: 'http://mirror/', HF_HUB_CACHE: 'c' }, read)
    expect(given).toMatchObject({ endpoint: 'http://mirror', token: 'hf_a', cache: 'c' })
  })

  it.each([
    ['1', true],
    ['true', true],
    ['ON', true],
    ['0', false],
    ['', false],
  ])('HF_HUB_OFFLINE=%s is %s', (HF_HUB_OFFLINE, isOffline) => {
    expect(hubSettings({ HF_HUB_OFFLINE }, noToken).isOffline).toBe(isOffline)
  })

  it.each(['hf-mirror.com', 'localhost:8080', 'ftp://mirror'])(
    'refuses HF_ENDPOINT=%s by name',
    (HF_ENDPOINT) => {
      expect(() => hubSettings({ HF_ENDPOINT }, noToken)).toThrow(
        `HF_ENDPOINT: expected an address such as https://huggingface.co, got '${HF_ENDPOINT}'`,
      )
    },
  )

  it('takes proxies in lower case first, with or without a scheme', () => {
    const { proxy } = hubSettings(
      { HTTPS_PROXY: 'http://upper', https_proxy: 'lower:3128', NO_PROXY: 'localhost' },
      noToken,
    )
    expect(proxy).toEqual({ http: '', https: 'http://lower:3128/', except: 'localhost' })
    expect(hubSettings({ ALL_PROXY: 'http://all' }, noToken).proxy).toMatchObject({
      http: 'http://all/',
      https: 'http://all/',
    })
    expect(hubSettings({ HTTPS_PROXY: '', NO_PROXY: '*' }, noToken).proxy).toBeUndefined()
  })

  it('refuses a proxy of another kind, and keeps its password to itself', () => {
    expect(() => hubSettings({ HTTPS_PROXY: 'socks5://me:secret@host' }, noToken)).toThrow(
      /^HTTPS_PROXY: expected the address of an HTTP proxy such as http:\/\/proxy:3128, got one of socks5:$/,
    )
  })
})
