"""The stored kohya adapter on the stored transformer, merged and beside it: test/golden/lora/outputs."""

import sys

import torch

from dit import model_of, run
from official import Exact, finish, stored, use_checkout, widened

# Weights of which the file keeps the merged values, at multiplier 1.
SAMPLES = (
    "double_blocks.0.img_attn.qkv.weight",
    "double_blocks.1.img_mod.lin.weight",
    "double_blocks.1.txt_mlp.2.weight",
    "img_in.weight",
    "single_blocks.0.modulation.lin.weight",
    "single_blocks.1.linear1.weight",
    "single_blocks.2.linear2.weight",
    "time_in.in_layer.weight",
)


def branches(weights: dict, adapter: dict) -> dict:
    """down, up and alpha / rank by the path of the module, from kohya's names."""
    paths = {name.removesuffix(".weight") for name in weights if name.endswith(".weight")}
    by_kohya = {path.replace(".", "_"): path for path in paths}
    found = {}
    for key, down in adapter.items():
        if not key.endswith(".lora_down.weight"):
            continue
        module = key.removesuffix(".lora_down.weight")
        alpha = adapter[f"{module}.alpha"].item() or down.shape[0]
        up = adapter[f"{module}.lora_up.weight"]
        found[by_kohya[module.removeprefix("lora_unet_")]] = (down, up, alpha / down.shape[0])
    return found


def merged(weights: dict, adapter: dict, multiplier: float) -> dict:
    """W + multiplier · (alpha / rank) · up @ down in float32, as `LoRAInfModule.merge_to` has it."""
    result = dict(weights)
    for path, (down, up, scale) in branches(weights, adapter).items():
        result[f"{path}.weight"] = weights[f"{path}.weight"] + multiplier * (up @ down) * scale
    return result


def beside(model: torch.nn.Module, weights: dict, adapter: dict) -> torch.nn.Module:
    """The unmerged form, as `LoRAModule.forward` has it: output + up(down(x)) · multiplier · alpha / rank."""
    for path, (down, up, scale) in branches(weights, adapter).items():
        model.get_submodule(path).register_forward_hook(
            lambda _, x, y, down=down, up=up, scale=scale: y + (x[0] @ down.T @ up.T) * scale
        )
    return model


def main(checkout: str, write: bool) -> int:
    use_checkout(checkout)
    weights, inputs, adapter = stored("dit/weights"), stored("dit/inputs"), stored("lora/lora_kohya")
    made = {}
    with torch.no_grad():
        plain = model_of(weights, torch.float32)
        made["output.no_lora"] = run(plain, inputs)
        made["output.unmerged.multiplier1.0"] = run(beside(plain, weights, adapter), inputs)
        for multiplier in (0.6, 1.0):
            changed = merged(weights, adapter, multiplier)
            name = f"output.merged.multiplier{multiplier}"
            made[name] = run(model_of(changed, torch.float32), inputs)
            with Exact():
                made[f"{name}.f64"] = run(model_of(widened(changed), torch.float64), widened(inputs))
        made.update({path: changed[path] for path in SAMPLES})
    return 0 if finish("lora/outputs", made, 1e-5, write) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], "--write" in sys.argv))
