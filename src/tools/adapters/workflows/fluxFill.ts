import type { WorkflowTemplate } from './workflow.ts'

/** FLUX.1 Fill: paints a region from a prompt. It uses ComfyUI's own nodes and the model files of its example. */
export const fluxFill: WorkflowTemplate = {
  models: {
    unet: 'flux1-fill-dev.safetensors',
    clip: 'clip_l.safetensors',
    t5: 't5xxl_fp16.safetensors',
    vae: 'ae.safetensors',
  },
  nodes: {
    unet: { class_type: 'UNETLoader', inputs: { unet_name: '{{model:unet}}', weight_dtype: 'default' } },
    clip: {
      class_type: 'DualCLIPLoader',
      inputs: { clip_name1: '{{model:clip}}', clip_name2: '{{model:t5}}', type: 'flux' },
    },
    vae: { class_type: 'VAELoader', inputs: { vae_name: '{{model:vae}}' } },
    picture: { class_type: 'LoadImage', inputs: { image: '{{picture}}' } },
    mask: { class_type: 'LoadImageMask', inputs: { image: '{{mask}}', channel: 'red' } },
    prompt: { class_type: 'CLIPTextEncode', inputs: { clip: ['clip', 0], text: '{{prompt}}' } },
    negative: { class_type: 'CLIPTextEncode', inputs: { clip: ['clip', 0], text: '{{negative}}' } },
    guidance: { class_type: 'FluxGuidance', inputs: { conditioning: ['prompt', 0], guidance: 30 } },
    inpaint: {
      class_type: 'InpaintModelConditioning',
      inputs: {
        positive: ['guidance', 0],
        negative: ['negative', 0],
        vae: ['vae', 0],
        pixels: ['picture', 0],
        mask: ['mask', 0],
        noise_mask: true,
      },
    },
    differential: { class_type: 'DifferentialDiffusion', inputs: { model: ['unet', 0] } },
    sampler: {
      class_type: 'KSampler',
      inputs: {
        model: ['differential', 0],
        positive: ['inpaint', 0],
        negative: ['inpaint', 1],
        latent_image: ['inpaint', 2],
        seed: '{{seed}}',
        steps: 20,
        cfg: 1,
        sampler_name: 'euler',
        scheduler: 'normal',
        denoise: 1,
      },
    },
    decode: { class_type: 'VAEDecode', inputs: { samples: ['sampler', 0], vae: ['vae', 0] } },
    save: {
      class_type: 'SaveImage',
      inputs: { images: ['decode', 0], filename_prefix: 'pentimento/{{call}}' },
    },
  },
}
