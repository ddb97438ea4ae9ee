"""
Names, shapes and dtypes of the published checkpoints: test/golden/manifests/. By the official module definitions at
full size, without memory for their weights; or by the headers of downloaded files, none of whose weights are read.
"""

import json
import math
import struct
import sys

import torch

from official import GOLDEN, use_checkout

AUTOENCODER = dict(
    resolution=256, in_channels=3, ch=128, out_ch=3, ch_mult=[1, 2, 4, 4], num_res_blocks=2,
    z_channels=16, scale_factor=0.3611, shift_factor=0.1159,
)
DIT = dict(
    in_channels=64, out_channels=64, vec_in_dim=768, context_in_dim=4096, hidden_size=3072, mlp_ratio=4.0,
    num_heads=24, depth=19, depth_single_blocks=38, axes_dim=[16, 56, 56], theta=10000, qkv_bias=True,
)
VISION = dict(depth=32, hidden_size=1280, intermediate_size=3420, num_heads=16, out_hidden_size=3584)
TEXT = dict(
    vocab_size=152064, hidden_size=3584, intermediate_size=18944, num_hidden_layers=28, num_attention_heads=28,
    num_key_value_heads=4, max_window_layers=28,
)
# The dtype of the published file. Definitions do not say it.
DTYPES = {"vae": "F32", "step1x-edit-v1.0": "BF16", "qwen2.5-vl-7b": "BF16"}


def autoencoder() -> torch.nn.Module:
    from modules.autoencoder import AutoEncoder

    return AutoEncoder(**AUTOENCODER)


def step1x() -> torch.nn.Module:
    from modules.model_edit import Step1XEdit, Step1XParams

    return Step1XEdit(Step1XParams(**DIT))


def qwen() -> torch.nn.Module:
    from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration

    config = Qwen2_5_VLConfig(text_config=TEXT, vision_config=VISION, tie_word_embeddings=False)
    return Qwen2_5_VLForConditionalGeneration(config)


DEFINITIONS = {"vae": autoencoder, "step1x-edit-v1.0": step1x, "qwen2.5-vl-7b": qwen}


def published(name: str) -> str:
    """The name of a tensor in the published files, from its name in this transformers."""
    return name.replace("model.visual.", "visual.").replace("model.language_model.", "model.")


def defined(name: str) -> dict:
    with torch.device("meta"):
        tensors = DEFINITIONS[name]().state_dict()
    return {published(key): {"shape": list(each.shape), "dtype": DTYPES[name]} for key, each in tensors.items()}


def header(path: str) -> dict:
    """A file begins with the length of its header, 8 bytes little-endian, and the header as JSON."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        tensors = json.loads(file.read(length))
    tensors.pop("__metadata__", None)
    return {name: {"shape": each["shape"], "dtype": each["dtype"]} for name, each in tensors.items()}


def text_of(source: str, tensors: dict) -> str:
    parameters = sum(math.prod(each["shape"]) for each in tensors.values())
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(tensors[name])}" for name in sorted(tensors))
    return (
        f'{{\n "source": {json.dumps(source)},\n "parameters": {parameters},\n "count": {len(tensors)},\n'
        f' "tensors": {{\n{lines}\n }}\n}}\n'
    )


def compared(name: str, made: dict, write: bool) -> bool:
    path = GOLDEN / f"manifests/{name}.json"
    kept = json.loads(path.read_text())
    if write:
        path.write_text(text_of(kept["source"], made))
    different = sorted(key for key in {*kept["tensors"], *made} if kept["tensors"].get(key) != made.get(key))
    print(f"manifests/{name}.json: {len(made)} tensors, {len(different)} differ {', '.join(different[:5])}".rstrip())
    return write or not different


def main(*args: str) -> int:
    if args[0] == "--header":
        files: dict = {}
        for path in args[2:]:
            files.update(header(path))
        return 0 if compared(args[1], files, False) else 1
    use_checkout(args[0])
    fits = [compared(name, defined(name), "--write" in args) for name in DEFINITIONS]
    return 0 if all(fits) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
