import type { WorkflowTemplate } from './workflow.ts'

/**
 * SDXL with a ControlNet: the picture again by words, led by its depth or its edges, within a region. Which of the two
 * the ControlNet was trained for is the choice of its file. The encoded picture is the start, so that what stands
 * outside of the region leads what is made inside.
 */
export const controlNet: WorkflowTemplate = {
  models: {
    checkpoint: 'sd_xl_base_1.0.safetensors',
    controlnet: 'diffusers_xl_depth_full.safetensors',
  },
  nodes: {
    checkpoint: { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: '{{model:checkpoint}}' } },
    controlnet: { class_type: 'ControlNetLoader', inputs: { control_net_name: '{{model:controlnet}}' } },
    picture: { class_type: 'LoadImage', inputs: { image: '{{picture}}' } },
    control: { class_type: 'LoadImage', inputs: { image: '{{control}}' } },
    mask: { class_type: 'LoadImageMask', inputs: { image: '{{mask}}', channel: 'red' } },
    prompt: { class_type: 'CLIPTextEncode', inputs: { clip: ['checkpoint', 1], text: '{{prompt}}' } },
    negative: { class_type: 'CLIPTextEncode', inputs: { clip: ['checkpoint', 1], text: '{{negative}}' } },
    apply: {
      class_type: 'ControlNetApplyAdvanced',
      inputs: {
        positive: ['prompt', 0],
        negative: ['negative', 0],
        control_net: ['controlnet', 0],
        image: ['control', 0],
        vae: ['checkpoint', 2],
        strength: 0.8,
        start_percent: 0,
        end_percent: 0.9,
      },
    },
    encode: { class_type: 'VAEEncode', inputs: { pixels: ['picture', 0], vae: ['checkpoint', 2] } },
    noise: { class_type: 'SetLatentNoiseMask', inputs: { samples: ['encode', 0], mask: ['mask', 0] } },
    sampler: {
      class_type: 'KSampler',
      inputs: {
        model: ['checkpoint', 0],
        positive: ['apply', 0],
        negative: ['apply', 1],
        latent_image: ['noise', 0],
        seed: '{{seed}}',
        steps: 30,
        cfg: 6,
        sampler_name: 'dpmpp_2m',
        scheduler: 'karras',
        denoise: 0.9,
      },
    },
    decode: { class_type: 'VAEDecode', inputs: { samples: ['sampler', 0], vae: ['checkpoint', 2] } },
    save: {
      class_type: 'SaveImage',
      inputs: { images: ['decode', 0], filename_prefix: 'pentimento/{{call}}' },
    },
  },
}
