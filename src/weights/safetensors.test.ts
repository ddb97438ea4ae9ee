import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WeightsError } from './error.ts'
import { type StoredDType, storedDTypes } from './header.ts'
import { openSafetensors } from './safetensors.ts'
import { writeSafetensors } from './writer.ts'

let folder: string
let files = 0
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'safetensors-'))
})
afterAll(() => rm(folder, { recursive: true }))
const fresh = (): string => join(folder, `${files++}.safetensors`)

/** A file with a header as given, then `dataBytes` zeros. */
async function craft(header: string | Uint8Array, dataBytes = 0, length?: bigint): Promise<string> {
  const json = Buffer.from(header as string)
  const prefix = Buffer.alloc(8)
  prefix.writeBigUInt64LE(length ?? BigInt(json.byteLength))
  const file = fresh()
  await writeFile(file, Buffer.concat([prefix, json, Buffer.alloc(dataBytes)]))
  return file
}

async function failure(file: string): Promise<WeightsError> {
  const error = await openSafetensors(file).then(
    async (opened) => {
      await opened.close()
      throw new Error('expected a refusal')
    },
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(WeightsError)
  const refusal = error as WeightsError
  expect(refusal.message).not.toMatch(/[\n\r\u2028]/)
  expect(refusal.message).toContain(file)
  return refusal
}

const entry = (dtype: string, shape: string, offsets: string): string =>
  `{"dtype":${dtype},"shape":${shape},"data_offsets":${offsets}}`

describe('hostile files', () => {
  it.each([
    ['an empty header object with data', '{}', 3, 'truncated', '3 bytes at the end belong to no tensor'],
    ['no JSON', '{"a":', 0, 'header', 'not JSON'],
    ['an array', '[]', 0, 'header', "begin with '{'"],
    ['leading space', ' {}', 0, 'header', "begin with '{'"],
    ['two documents', '{}{}', 0, 'header', 'expected the end'],
    ['trailing comma', '{"a":1,}', 0, 'header', 'a name in quotes'],
    ['a comment', '{/**/}', 0, 'header', 'a name in quotes'],
    ['an unterminated string', '{"a', 0, 'header', 'unterminated'],
    ['a control character', '{"a\u0001":{}}', 0, 'header', 'control character'],
    ['a wrong escape', '{"\\x":{}}', 0, 'header', 'invalid escape'],
    ['a lone surrogate', '{"\\ud800":{}}', 0, 'header', 'lone surrogate'],
    ['NaN', '{"a":NaN}', 0, 'header', 'a value'],
    ['deep nesting', `{"a":${'['.repeat(1000)}`, 0, 'header', 'nested deeper'],
    ['an entry that is a number', '{"a":1}', 0, 'header', 'expected an object, got a number'],
    ['an entry that is null', '{"a":null}', 0, 'header', 'got null'],
    ['an unknown field', '{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0],"x":1}}', 0, 'header', '"x"'],
    ['metadata that is an array', '{"__metadata__":[]}', 0, 'header', '__metadata__ must be an object'],
    ['metadata with a number', '{"__metadata__":{"a":1}}', 0, 'header', 'expected a string, got a number'],
    ['no dtype', '{"a":{"shape":[0],"data_offsets":[0,0]}}', 0, 'dtype', 'got nothing'],
    [
      'an unknown dtype',
      `{"a":${entry('"F4"', '[1]', '[0,1]')}}`,
      1,
      'dtype',
      'tensor "a": expected a dtype of BOOL',
    ],
    ['a complex dtype', `{"a":${entry('"C64"', '[1]', '[0,8]')}}`, 8, 'dtype', '"C64"'],
    ['a dtype named as a method', `{"a":${entry('"toString"', '[1]', '[0,8]')}}`, 8, 'dtype', '"toString"'],
    ['dtype __proto__', `{"a":${entry('"__proto__"', '[1]', '[0,8]')}}`, 8, 'dtype', '"__proto__"'],
    [
      'no shape',
      '{"a":{"dtype":"U8","data_offsets":[0,0]}}',
      0,
      'shape',
      'shape must be an array, got nothing',
    ],
    ['a negative size', `{"a":${entry('"U8"', '[-1]', '[0,1]')}}`, 1, 'shape', 'got -1'],
    ['half a size', `{"a":${entry('"U8"', '[1.5]', '[0,1]')}}`, 1, 'shape', 'got 1.5'],
    [
      'a size too large',
      `{"a":${entry('"U8"', '[9007199254740993]', '[0,1]')}}`,
      1,
      'shape',
      'whole numbers',
    ],
    ['a size of text', `{"a":${entry('"U8"', '["1"]', '[0,1]')}}`, 1, 'shape', 'got a string'],
    [
      'an overflowing product',
      `{"a":${entry('"U8"', '[4294967296,4294967296]', '[0,1]')}}`,
      1,
      'shape',
      'too many elements',
    ],
    [
      'a product that wraps in 64 bits',
      `{"a":${entry('"F32"', '[4611686018427387904,4]', '[0,0]')}}`,
      0,
      'shape',
      'whole numbers',
    ],
    ['no offsets', '{"a":{"dtype":"U8","shape":[0]}}', 0, 'offsets', 'data_offsets must be an array'],
    ['one offset', `{"a":${entry('"U8"', '[1]', '[0]')}}`, 1, 'offsets', 'got 1 numbers'],
    ['three offsets', `{"a":${entry('"U8"', '[1]', '[0,1,2]')}}`, 1, 'offsets', 'got 3 numbers'],
    ['a negative offset', `{"a":${entry('"U8"', '[1]', '[-1,0]')}}`, 1, 'offsets', 'got -1'],
    ['half an offset', `{"a":${entry('"U8"', '[1]', '[0.5,1.5]')}}`, 2, 'offsets', 'got 0.5'],
    ['infinite offset', `{"a":${entry('"U8"', '[1]', '[0,1e999]')}}`, 2, 'offsets', 'got Infinity'],
    ['reversed offsets', `{"a":${entry('"U8"', '[1]', '[1,0]')}}`, 1, 'offsets', 'reversed'],
    ['offsets past the end', `{"a":${entry('"U8"', '[2]', '[0,2]')}}`, 1, 'truncated', 'ends at byte'],
    [
      'a huge tensor',
      `{"a":${entry('"U8"', '[9007199254740991]', '[0,9007199254740991]')}}`,
      1,
      'truncated',
      'ends',
    ],
    [
      'a wrong size',
      `{"a":${entry('"F32"', '[2]', '[0,4]')}}`,
      4,
      'offsets',
      'expected 8 bytes for F32 [2], got 4',
    ],
    [
      'an overlap',
      `{"a":${entry('"U8"', '[2]', '[0,2]')},"b":${entry('"U8"', '[2]', '[1,3]')}}`,
      3,
      'offsets',
      'tensor "b" overlaps',
    ],
    [
      'a shared place',
      `{"a":${entry('"U8"', '[2]', '[0,2]')},"b":${entry('"U8"', '[2]', '[0,2]')}}`,
      2,
      'offsets',
      'overlaps',
    ],
    [
      'a hole',
      `{"a":${entry('"U8"', '[2]', '[0,2]')},"b":${entry('"U8"', '[2]', '[3,5]')}}`,
      5,
      'offsets',
      'a hole of 1 bytes before tensor "b"',
    ],
    ['a hole at the start', `{"a":${entry('"U8"', '[1]', '[1,2]')}}`, 2, 'offsets', 'a hole of 1 bytes'],
    [
      'trailing data',
      `{"a":${entry('"U8"', '[1]', '[0,1]')}}`,
      2,
      'truncated',
      '1 bytes at the end belong to no tensor',
    ],
    [
      'a name twice',
      `{"a":${entry('"U8"', '[1]', '[0,1]')},"a":${entry('"U8"', '[1]', '[1,2]')}}`,
      2,
      'duplicate',
      'names "a" twice',
    ],
    ['a name twice, once escaped', '{"a":{},"\\u0061":{}}', 0, 'duplicate', '"a"'],
    ['metadata twice', '{"__metadata__":{},"__metadata__":{}}', 0, 'duplicate', '"__metadata__"'],
    ['a key of the metadata twice', '{"__metadata__":{"k":"1","k":"2"}}', 0, 'duplicate', '"k"'],
    ['a field twice', '{"a":{"dtype":"U8","dtype":"I8"}}', 0, 'duplicate', '"dtype"'],
    ['__proto__ twice', '{"__proto__":{},"__proto__":{}}', 0, 'duplicate', '"__proto__"'],
    ['a name with a line break', `{"a\\nb":${entry('"F4"', '[1]', '[0,1]')}}`, 1, 'dtype', '"a\\nb"'],
  ])('%s', async (_, header, dataBytes, code, text) => {
    const error = await failure(await craft(header, dataBytes))
    expect(error.code).toBe(code)
    expect(error.message).toContain(text)
  })

  it('shorter than the length field', async () => {
    for (const size of [0, 1, 7]) {
      const file = fresh()
      await writeFile(file, Buffer.alloc(size))
      expect((await failure(file)).code).toBe('truncated')
    }
  })

  it('a header length past the limit or past the end allocates nothing', async () => {
    const before = process.memoryUsage().arrayBuffers
    for (const length of [100_000_001n, 2n ** 63n, 2n ** 64n - 1n])
      expect((await failure(await craft('{}', 0, length))).code).toBe('header')
    expect((await failure(await craft('{}', 0, 100_000_000n))).code).toBe('truncated')
    expect((await failure(await craft('{}', 0, 3n))).code).toBe('truncated')
    expect((await failure(await craft('', 0, 0n))).code).toBe('header')
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50_000_000)
  })

  it('not UTF-8, and a byte order mark', async () => {
    expect((await failure(await craft(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])))).message).toContain(
      'UTF-8',
    )
    expect((await failure(await craft('\ufeff{}'))).code).toBe('header')
  })

  it('millions of empty arrays', async () => {
    const error = await failure(await craft(`{"a":[${'[],'.repeat(2_100_000)}[]]}`))
    expect(error).toMatchObject({ code: 'header', message: expect.stringContaining('more than 2000000') })
  })

  it('a very long name is cut in the message', async () => {
    const error = await failure(await craft(`{"${'x'.repeat(1e6)}":1}`))
    expect(error.message.length).toBeLessThan(600)
  })

  it('a folder, a missing file, a named pipe', async () => {
    const inner = join(folder, 'sub')
    await mkdir(inner)
    expect(await failure(inner)).toMatchObject({
      code: 'io',
      message: expect.stringContaining('got a folder'),
    })
    const missing = join(folder, 'none.safetensors')
    expect((await failure(missing)).message).toBe(`${missing}: no such file or folder, check the path`)
    if (process.platform === 'win32') return
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    expect((await failure(pipe)).code).toBe('io')
  })

  it('names of object members mean nothing', async () => {
    const names = ['__proto__', 'constructor', 'toString', '', '1', '0', 'ä/💡']
    const header = names.map(
      (name, i) => `${JSON.stringify(name)}:${entry('"U8"', '[1]', `[${i},${i + 1}]`)}`,
    )
    const opened = await openSafetensors(await craft(`{${header.join(',')}}  \n`, names.length))
    expect([...opened.tensors.keys()]).toEqual(names)
    expect(await opened.read('__proto__')).toEqual(new Uint8Array(1))
    expect(({} as Record<string, unknown>).dtype).toBeUndefined()
    await expect(opened.read('hasOwnProperty')).rejects.toMatchObject({ code: 'missing' })
    await opened.close()
  })
})

describe('reading', () => {
  it('gives ranges of elements, scalars and empty tensors', async () => {
    const file = fresh()
    const data = new Uint8Array(Float32Array.of(0, 1, 2, 3, 4, 5).buffer)
    await writeSafetensors(file, [
      { name: 'm', dtype: 'F32', shape: [2, 3], data },
      { name: 'scalar', dtype: 'I64', shape: [], data: new Uint8Array(8).fill(1) },
      { name: 'empty', dtype: 'F64', shape: [3, 0], data: new Uint8Array(0) },
    ])
    const opened = await openSafetensors(file)
    expect([...new Float32Array((await opened.readRange('m', 3, 2)).buffer)]).toEqual([3, 4])
    expect((await opened.readRange('m', 6, 0)).byteLength).toBe(0)
    expect((await opened.read('scalar')).byteLength).toBe(8)
    expect((await opened.read('empty')).byteLength).toBe(0)
    for (const [start, count] of [
      [-1, 1],
      [0, 7],
      [6, 1],
      [0.5, 1],
      [0, Number.NaN],
      [2 ** 53, 1],
    ] as const)
      await expect(opened.readRange('m', start, count)).rejects.toMatchObject({ code: 'argument' })
    expect(opened.headerHash).toMatch(/^[0-9a-f]{64}$/)
    await opened.close()
    await opened.close()
    await expect(opened.read('m')).rejects.toMatchObject({ code: 'closed' })
  })

  it('notices a file cut while it is open', async () => {
    const file = fresh()
    await writeSafetensors(file, [{ name: 'a', dtype: 'U8', shape: [100], data: new Uint8Array(100) }])
    const opened = await openSafetensors(file)
    await truncate(file, 100)
    await expect(opened.read('a')).rejects.toMatchObject({ code: 'truncated' })
    await opened.close()
  })
})

const dtypeArbitrary = fc.constantFrom(...(Object.keys(storedDTypes) as StoredDType[]))
const tensorArbitrary = fc
  .record({ dtype: dtypeArbitrary, shape: fc.array(fc.nat(4), { maxLength: 3 }), fill: fc.nat(255) })
  .map(({ dtype, shape, fill }) => {
    const bytes = shape.reduce((product, size) => product * size, 1) * storedDTypes[dtype].bytes
    return { dtype, shape, data: Uint8Array.from({ length: bytes }, (_, i) => (fill + i) & 255) }
  })
const nameArbitrary = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom('__proto__', 'constructor', 'a"b', '\u0000', '\ufffd'),
)
const modelArbitrary = fc
  .uniqueArray(fc.tuple(nameArbitrary, tensorArbitrary), { selector: ([name]) => name, maxLength: 8 })
  .map((pairs) =>
    pairs.filter(([name]) => name !== '__metadata__').map(([name, tensor]) => ({ name, ...tensor })),
  )
const metadataArbitrary = fc
  .array(fc.tuple(nameArbitrary, fc.string({ unit: 'grapheme' })), { maxLength: 4 })
  .map((pairs) => new Map(pairs))

describe('properties', () => {
  it('what is written is read back, and every tensor is aligned to its type', async () => {
    const file = fresh()
    await fc.assert(
      fc.asyncProperty(modelArbitrary, metadataArbitrary, async (tensors, metadata) => {
        await writeSafetensors(file, tensors, metadata)
        const opened = await openSafetensors(file)
        try {
          expect([...opened.tensors.keys()].sort()).toEqual(tensors.map(({ name }) => name).sort())
          expect(new Map(opened.metadata)).toEqual(metadata)
          for (const { name, dtype, shape, data } of tensors) {
            const stored = opened.tensors.get(name)
            expect(stored).toMatchObject({ dtype, shape, byteLength: data.byteLength })
            expect((stored?.offset ?? 1) % storedDTypes[dtype].bytes).toBe(0)
            expect(await opened.read(name)).toEqual(data)
          }
        } finally {
          await opened.close()
        }
      }),
      { numRuns: 150 },
    )
  })

  it('mutated bytes give a typed refusal or a consistent reading', async () => {
    const file = fresh()
    const mutation = fc.oneof(
      fc.record({ kind: fc.constant('set' as const), at: fc.nat(), value: fc.nat(255) }),
      fc.record({ kind: fc.constant('cut' as const), at: fc.nat(), value: fc.nat(20) }),
      fc.record({ kind: fc.constant('insert' as const), at: fc.nat(), value: fc.nat(255) }),
      fc.record({ kind: fc.constant('text' as const), at: fc.nat(), value: fc.nat(9) }),
    )
    const texts = ['{', '}', '[', ']', '"', ',', ':', '-', '0', '\\u0061']
    await fc.assert(
      fc.asyncProperty(
        modelArbitrary,
        fc.array(mutation, { minLength: 1, maxLength: 6 }),
        async (tensors, changes) => {
          await writeSafetensors(file, tensors)
          let bytes = Buffer.from(await readFile(file))
          for (const { kind, at: anywhere, value } of changes) {
            const at = anywhere % (bytes.length + 1)
            if (kind === 'set') bytes[at] = value
            const removed = kind === 'cut' ? value : 0
            const added =
              kind === 'insert' ? Buffer.of(value) : Buffer.from(kind === 'text' ? (texts[value] ?? '') : '')
            if (kind !== 'set')
              bytes = Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + removed)])
          }
          await writeFile(file, bytes)
          await expectRefusalOrConsistency(file)
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('mutated structure gives a typed refusal or a consistent reading', async () => {
    const file = fresh()
    const odd = fc.oneof(
      fc.constantFrom(
        '1e3',
        '-0',
        '1.0',
        'null',
        'true',
        '[]',
        '{}',
        '"U8"',
        '9007199254740992',
        '18446744073709551616',
      ),
      fc.integer({ min: -2, max: 70 }).map(String),
      fc.jsonValue().map((value) => JSON.stringify(value)),
    )
    const field = fc.constantFrom('dtype', 'shape', 'data_offsets', '__proto__')
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.tuple(fc.constantFrom('a', 'b', '__metadata__', '__proto__'), fc.array(fc.tuple(field, odd))),
          {
            maxLength: 4,
          },
        ),
        fc.array(odd, { maxLength: 4 }),
        fc.nat(64),
        async (entries, numbers, dataBytes) => {
          const plain = `"n":{"dtype":"U8","shape":[${numbers.slice(0, 2).join()}],"data_offsets":[${numbers.slice(2).join()}]}`
          const others = entries.map(([name, fields]) => {
            const pairs = fields.map(([key, value]) => `"${key}":${value}`)
            return `"${name}":{${pairs.join()}}`
          })
          const json = Buffer.from(`{${[plain, ...others].join()}}`)
          const prefix = Buffer.alloc(8)
          prefix.writeBigUInt64LE(BigInt(json.byteLength))
          await writeFile(file, Buffer.concat([prefix, json, Buffer.alloc(dataBytes)]))
          await expectRefusalOrConsistency(file)
        },
      ),
      { numRuns: 1000 },
    )
  })
})

/** Either a one-line typed error, or tensors that tile the file's data and can all be read. */
async function expectRefusalOrConsistency(file: string): Promise<void> {
  let opened: Awaited<ReturnType<typeof openSafetensors>>
  try {
    opened = await openSafetensors(file)
  } catch (error) {
    expect(error).toBeInstanceOf(WeightsError)
    expect((error as WeightsError).message).not.toMatch(/[\n\r]/)
    return
  }
  try {
    const bytes = await readFile(file)
    let end = 8 + Number(bytes.readBigUInt64LE(0))
    for (const [name, tensor] of opened.tensors) {
      expect(tensor.offset).toBe(end)
      end += tensor.byteLength
      const elements = tensor.shape.reduce((product, size) => product * size, 1)
      expect(tensor.byteLength).toBe(elements * storedDTypes[tensor.dtype].bytes)
      expect(Buffer.compare(await opened.read(name), bytes.subarray(tensor.offset, end))).toBe(0)
    }
    expect(end).toBe(bytes.length)
  } finally {
    await opened.close()
  }
}
