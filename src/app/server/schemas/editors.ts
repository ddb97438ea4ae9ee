import { z } from '@hono/zod-openapi'
import type {
  DiskUse,
  ServiceLora,
  ServiceModel,
  ServicePack,
  ServiceTool,
  Transfer,
} from '../../../service/index.ts'

const states = z.enum(['ready', 'missing', 'pulling', 'broken'])

const transferSchema: z.ZodType<Transfer> = z
  .object({
    isWaiting: z.boolean().optional().describe('Whether it waits for others to end.'),
    stage: z.enum(['check', 'download', 'extract']).optional().describe('Of a pack.'),
    file: z.string().optional(),
    done: z.number().describe('Bytes.'),
    total: z.number(),
    error: z.string().optional().describe('Why it ended.'),
  })
  .openapi('Transfer')

const toolSchema: z.ZodType<ServiceTool> = z
  .object({
    job: z.string(),
    isReady: z.boolean(),
    packs: z.array(z.string()).describe('Packs that provide it.'),
  })
  .openapi('Tool')

export const editorSchema: z.ZodType<ServiceModel> = z
  .object({
    name: z.string().describe('Its name in requests.'),
    kind: z.enum(['darkroom', 'model', 'remote']),
    state: states.describe('`missing` models can be pulled.'),
    problem: z.string().optional(),
    isDefault: z.boolean().describe('Whether it is the default of requests.'),
    bytes: z.number().optional().describe('On disk; for a missing model, to download.'),
    options: z.array(z.string()).describe('Options of an edit that it takes.'),
    defaults: z.record(z.string(), z.unknown()).optional(),
    family: z.string().optional().describe('Of a model: its family.'),
    pictures: z.int().describe('Maximum number of pictures that it takes.'),
    licence: z.string().optional(),
    loras: z.boolean().optional().describe('Whether it takes LoRAs.'),
    isRemovable: z.boolean().optional().describe('Whether it can be deleted.'),
    served: z.string().optional().describe('For a remote editor, the service and model that it uses.'),
    tools: z.array(toolSchema).optional().describe('Of the darkroom.'),
    pull: transferSchema.optional(),
  })
  .openapi('Editor')

export const packSchema: z.ZodType<ServicePack> = z
  .object({
    name: z.string(),
    purpose: z.string(),
    state: states,
    bytes: z.number().describe('On disk.'),
    downloadBytes: z.number(),
    licence: z.string(),
    problem: z.string().optional(),
    pull: transferSchema.optional(),
  })
  .openapi('Pack')

export const loraSchema: z.ZodType<ServiceLora> = z
  .object({ name: z.string().describe('Its file name without extension.'), bytes: z.number() })
  .openapi('Lora')

export const diskSchema: z.ZodType<DiskUse> = z
  .object({
    free: z.number().describe('Bytes that are free where models are kept.'),
    models: z.number(),
    packs: z.number(),
    loras: z.number(),
  })
  .openapi('Disk')

export const nameParams: z.ZodObject<{ name: z.ZodString }> = z.object({
  name: z.string().min(1).max(200),
})
