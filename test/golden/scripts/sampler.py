"""The official sampler on the stored tiny models: test/golden/sampler/ but for schedules.json."""

import json
import sys
import types

import numpy as np
import torch

from dit import model_of
from official import GOLDEN, Exact, finish, stored, use_checkout, widened
from vae import autoencoder

STEPS, GUIDANCE, SEED = 4, 6.0, 42
HEIGHT, WIDTH = 48, 64


def generator_class() -> type:
    """`ImageGenerator` of inference.py, which imports the language model's encoder by a GPU-only module."""
    encoder = types.ModuleType("modules.conditioner")
    encoder.Qwen25VL_7b_Embedder = None
    sys.modules["modules.conditioner"] = encoder
    from inference import ImageGenerator

    return ImageGenerator


def generator(**parts):
    """An `ImageGenerator` of the given parts; its constructor loads the checkpoints and needs a GPU."""
    made = generator_class().__new__(generator_class())
    made.offload = False
    for name, part in parts.items():
        setattr(made, name, part)
    return made


def traced(dit: torch.nn.Module, count: int, into: dict) -> torch.nn.Module:
    """Keeps the noise tokens before each step and the predictions for them."""
    steps = iter(range(STEPS))

    def keep(_, __, named, output):
        step = f"step.{next(steps)}"
        into[f"{step}.noise_tokens"] = named["img"][:1, :count]
        into[f"{step}.pred_cond"], into[f"{step}.pred_uncond"] = output[:, :count].split(1)

    return dit.register_forward_hook(keep, with_kwargs=True)


def loop(weights: dict, vae_weights: dict, inputs: dict) -> dict:
    """The body of `ImageGenerator.generate_image`, which is bound to bfloat16 and CUDA, by the class's own methods."""
    from sampling import get_schedule
    from torchvision.transforms import functional as F

    dtype = inputs["ref_image"].dtype
    ae = autoencoder(vae_weights, dtype)
    ae.reg.sample = False
    self = generator(
        ae=ae, dit=model_of(weights, dtype), llm_encoder=lambda *_: (inputs["llm_embedding"], inputs["mask"])
    )

    def edit(noise, reference, timesteps, truncate=1.0) -> dict:
        latents, references = torch.cat([noise, noise]), torch.cat([reference, reference])
        prepared = self.prepare(["", ""], latents, ref_image=references, ref_image_raw=None)
        tokens = self.denoise(
            **prepared, cfg_guidance=GUIDANCE, timesteps=timesteps, timesteps_truncate=truncate
        )
        latent = self.unpack(tokens, HEIGHT, WIDTH)
        decoded = self.ae.decode(latent)
        rgb = decoded.clamp(-1, 1).mul(0.5).add(0.5)
        return {
            "timesteps": torch.tensor(timesteps, dtype=torch.float64),
            "final_tokens": tokens,
            "final_latent": latent,
            "decoded": decoded,
            "rgb01": rgb,
            "rgb_u8_hwc": torch.from_numpy(np.array(F.to_pil_image(rgb[0]))),
        }

    made: dict = {}
    reference = self.ae.encode(inputs["ref_image"])
    noise = inputs["initial_noise"]
    timesteps = get_schedule(STEPS, noise.shape[-1] * noise.shape[-2] // 4, shift=True)
    steps: dict = {}
    hook = traced(self.dit, noise.shape[-1] * noise.shape[-2] // 4, steps)
    default = edit(noise, reference, timesteps)
    hook.remove()
    made.update({f"default.{name}": each for name, each in {**default, **steps, "ref_latent": reference}.items()})

    brief = ("timesteps", "final_tokens", "final_latent", "rgb_u8_hwc")
    truncate = edit(noise, reference, timesteps, truncate=0.8)
    made.update({f"truncate0.8.{name}": truncate[name] for name in brief})

    init = self.ae.encode(-inputs["ref_image"].flip(-1))
    first = int((1 - 0.6) * STEPS)
    start = timesteps[first] * noise + (1.0 - timesteps[first]) * init
    changed = edit(start, reference, timesteps[first:])
    made.update({f"img2img0.6.{name}": changed[name] for name in brief})
    made["img2img0.6.init_latent"] = init
    return made


def guidance(kept: dict) -> dict:
    """One step from 0.9 to 0.8 with a prediction that is given."""
    made = {name: kept[name] for name in ("x", "pred_cond_uncond", "diff_norm")}
    self = generator(dit=lambda **_: kept["pred_cond_uncond"])
    for label, truncate in (("plain", 1.0), ("normed", 0.0)):
        for scale in (1.0, 4.5, 6.0):
            made[f"{label}.g{scale}.next_noise_tokens"] = self.denoise(
                img=kept["x"], img_ids=None, llm_embedding=None, txt_ids=None,
                timesteps=[0.9, 0.8], cfg_guidance=scale, timesteps_truncate=truncate,
            )
    for k in (0.4, 1.0):
        made[f"process_diff_norm_k{k}"] = self.process_diff_norm(kept["diff_norm"], k=k)
    return made


def packing(latent: torch.Tensor) -> dict:
    count = latent.shape[-1] * latent.shape[-2] // 4
    self = generator(llm_encoder=lambda *_: (torch.zeros(2, 1, 1), None))
    prepared = self.prepare(["", ""], latent, ref_image=latent, ref_image_raw=None)
    packed = prepared["img"][:, :count]
    return {
        "latent": latent,
        "packed": packed,
        "img_ids": prepared["img_ids"][:, :count],
        "unpacked_32x48": generator_class().unpack(packed, 32, 48),
    }


class Sized:
    """A picture of which `input_process_image` reads the size and which it resizes."""

    def __init__(self, size: tuple) -> None:
        self.size = size

    def resize(self, size: tuple) -> "Sized":
        return Sized(size)


def sizes(write: bool) -> bool:
    path = GOLDEN / "sampler/sizes.json"
    listing = json.loads(path.read_text())
    wrong = 0
    for row in listing["rows"]:
        picture = Sized((row["width"], row["height"]))
        made = generator().input_process_image(picture, img_size=row["size_level"])[0].size
        wrong += made != (row["new_width"], row["new_height"])
        row["new_width"], row["new_height"] = made
    if write:
        path.write_text(json.dumps(listing, indent=1) + "\n")
    print(f"sampler/sizes.json: {len(listing['rows'])} rows, {wrong} differ")
    return write or wrong == 0


def main(checkout: str, write: bool) -> int:
    use_checkout(checkout)
    fits = sizes(write)
    with torch.no_grad():
        fits &= finish("sampler/cfg", guidance(stored("sampler/cfg")), 1e-6, write)
        fits &= finish("sampler/pack", packing(stored("sampler/pack")["latent"]), 0, write)
        weights, vae_weights, inputs = stored("dit/weights"), stored("vae/weights"), stored("sampler/loop_inputs")
        noise = torch.randn(1, 16, HEIGHT // 8, WIDTH // 8, generator=torch.Generator("cpu").manual_seed(SEED))
        fits &= finish("sampler/loop_inputs", {**inputs, "initial_noise": noise}, 2e-6, write)
        fits &= finish("sampler/loop_outputs_f32", loop(weights, vae_weights, inputs), 2e-5, write, levels=1)
        with Exact():
            exact = loop(widened(weights), widened(vae_weights), widened(inputs))
        fits &= finish("sampler/loop_outputs_f64", exact, 1e-9, write, levels=1)
    return 0 if fits else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], "--write" in sys.argv))
