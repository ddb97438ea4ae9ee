"""
The stored kohya adapter under the names of PEFT and of trainers without a prefix (test/golden/lora/lora_bare_default,
peft/), and the official loader on it.
"""

import json
import sys
import types
from collections import Counter

import torch

from dit import model_of
from lora import SAMPLES, branches
from official import GOLDEN, finish, stored, use_checkout


def official_merge(weights: dict, adapter: dict) -> dict:
    """The merged weights of the stored sample by the official loader, as `equip_dit_with_lora_sd_scripts` calls it."""
    # Of these, library.lora_module needs a type and the set-up of logging.
    sys.modules["diffusers"] = types.SimpleNamespace(AutoencoderKL=None)
    sys.modules["library.utils"] = types.SimpleNamespace(setup_logging=lambda: None)
    from library import lora_module

    model = model_of(weights, torch.float32)
    network, _ = lora_module.create_network_from_weights(1.0, None, None, [], model, adapter, True)
    taken = {lora.lora_name for lora in network.unet_loras}
    given = {key.split(".")[0] for key in adapter}
    if taken != given:
        sys.exit(f"lora/lora_kohya: the official loader takes {len(taken & given)} of {len(given)} modules")
    network.merge_to([], model, adapter)
    return {name: model.state_dict()[name] for name in SAMPLES}


def peft(parts: dict) -> tuple[dict, dict]:
    """PEFT's names over the original modules, ranks and alphas in the configuration; scale alpha / rank."""
    tensors = {}
    for path, (down, up, _) in parts.items():
        tensors[f"base_model.model.{path}.lora_A.weight"] = down
        tensors[f"base_model.model.{path}.lora_B.weight"] = up
    ranks = {path: down.shape[0] for path, (down, _, _) in parts.items()}
    alphas = {path: scale * ranks[path] for path, (_, _, scale) in parts.items()}
    rank, alpha = (Counter(each.values()).most_common(1)[0][0] for each in (ranks, alphas))
    config = {
        "peft_type": "LORA",
        "r": rank,
        "lora_alpha": alpha,
        "use_rslora": False,
        "fan_in_fan_out": False,
        "bias": "none",
        "lora_dropout": 0.0,
        "target_modules": sorted(parts),
        "rank_pattern": {path: each for path, each in ranks.items() if each != rank},
        "alpha_pattern": {path: each for path, each in alphas.items() if each != alpha},
    }
    return tensors, config


def bare(parts: dict) -> dict:
    """Names without a prefix, the adapter named `default`, no alpha: the scale is in B."""
    tensors = {}
    for path, (down, up, scale) in parts.items():
        tensors[f"{path}.lora_A.default.weight"] = down
        tensors[f"{path}.lora_B.default.weight"] = up * scale
    return tensors


def main(checkout: str, write: bool) -> int:
    use_checkout(checkout)
    weights, adapter = stored("dit/weights"), stored("lora/lora_kohya")
    parts = branches(weights, adapter)
    tensors, config = peft(parts)
    fits = finish("lora/peft/adapter_model", tensors, 0, write)
    fits &= finish("lora/lora_bare_default", bare(parts), 1e-7, write)
    path = GOLDEN / "lora/peft/adapter_config.json"
    if write:
        path.write_text(json.dumps(config, indent=1) + "\n")
    same = json.loads(path.read_text()) == config
    print(f"lora/peft/adapter_config.json: {'as stored' if same else 'DIFFERS'}")
    # Compares only: lora.py makes this file.
    fits &= finish("lora/outputs", official_merge(weights, adapter), 1e-6, False)
    return 0 if fits and same else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], "--write" in sys.argv))
