"""The official code on a CPU, in float32 or in exact float64, and the comparison with what is stored."""

import sys
import types
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

GOLDEN = Path(__file__).resolve().parent.parent
COMMIT = "570eba6ebda0c45c013983a483afbf2fd12bfcbc"


def use_checkout(path: str) -> None:
    """Makes `modules` and `sampling` of a checkout importable without its GPU kernels."""
    if not (Path(path) / "modules/model_edit.py").exists():
        sys.exit(f"{path}: expected a checkout of stepfun-ai/Step1X-Edit at {COMMIT}")
    sys.path.insert(0, path)
    torch.compile = lambda *args, **kwargs: (lambda function: function)
    # Kernels of the GPU; the functions that call them are replaced below.
    for name in ("liger_kernel", "liger_kernel.ops", "liger_kernel.ops.rms_norm"):
        sys.modules[name] = types.ModuleType(name)
    sys.modules["liger_kernel.ops.rms_norm"].LigerRMSNormFunction = None
    import modules.attention as attention
    import modules.layers as layers

    official = attention.attention
    attention.attention = lambda q, k, v, mode="flash", **rest: official(q, k, v, mode="torch", **rest)
    # The fused kernel ("gemma" casting) computes this, in the dtype of its input.
    layers.RMSNorm.rms_norm_fast = staticmethod(
        lambda x, weight, eps: x * torch.rsqrt(torch.mean(x**2, dim=-1, keepdim=True) + eps) * weight
    )


class Exact:
    """Within it, float64 is the default, also for hard-coded float32: values exact for the stored inputs."""

    def __enter__(self) -> None:
        self.kept = (torch.Tensor.float, torch.float32, torch.float)
        torch.Tensor.float = torch.Tensor.double
        torch.float32 = torch.float = torch.float64
        torch.set_default_dtype(torch.float64)

    def __exit__(self, *_) -> None:
        torch.Tensor.float, torch.float32, torch.float = self.kept
        torch.set_default_dtype(torch.float32)


def stored(name: str) -> dict:
    return load_file(GOLDEN / f"{name}.safetensors")


def widened(tensors: dict) -> dict:
    return {name: each.double() if each.is_floating_point() else each for name, each in tensors.items()}


def recorded(module: torch.nn.Module, names: dict, into: dict) -> list:
    """Keeps the output of submodules (by path) under names."""

    def hook(name):
        def keep(_, __, output):
            parts = output if isinstance(output, tuple) else (output,)
            for label, each in zip(name if isinstance(name, tuple) else (name,), parts):
                into[label] = each.detach().clone()

        return keep

    return [module.get_submodule(path).register_forward_hook(hook(name)) for path, name in names.items()]


def finish(name: str, made: dict, bound: float, write: bool, levels: int = 0) -> bool:
    """
    Prints how far what was made is from what is stored, or writes it. Error: max|a−b| / max|b| of each tensor. 8-bit
    pictures may differ by so many levels, other integers not at all.
    """
    made = {key: each.detach().contiguous() for key, each in made.items()}
    if write:
        save_file(made, GOLDEN / f"{name}.safetensors")
        print(f"{name}: {len(made)} tensors written")
        return True
    kept = stored(name)
    worst, level, whole = 0.0, 0, True
    for key, each in made.items():
        wanted = kept[key]
        if each.shape != wanted.shape:
            worst = float("inf")
        elif wanted.dtype is torch.uint8:
            level = max(level, (each.int() - wanted.int()).abs().max().item())
        elif not wanted.is_floating_point():
            whole &= torch.equal(each.long(), wanted.long())
        else:
            worst = max(worst, ((each.double() - wanted.double()).abs().max() / wanted.double().abs().max()).item())
    left = sorted(set(kept) - set(made))
    fits = worst <= bound and level <= levels and whole
    print(
        f"{name}: {len(made)} of {len(kept)} tensors, error {worst:.1e}"
        + (f", {level} levels of 255" if level else "")
        + ("" if whole else ", other integers")
        + (", as stored" if fits else ", DIFFERS")
    )
    if left:
        print(f"  not made by this script: {', '.join(left)}")
    return fits
