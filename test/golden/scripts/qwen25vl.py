"""transformers' Qwen2.5-VL on the stored weights and inputs: test/golden/qwen25vl/. Needs no checkout."""

import json
import sys

import numpy as np
import torch
from PIL import Image
from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration
from transformers.masking_utils import ALL_MASK_ATTENTION_FUNCTIONS, flash_attention_mask
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS
from transformers.models.qwen2_5_vl.modeling_qwen2_5_vl import eager_attention_forward
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil, smart_resize
from transformers.vision_utils import get_vision_cu_seqlens, get_vision_position_ids, get_vision_window_index

from official import GOLDEN, Exact, finish, recorded, stored, widened

META = json.loads((GOLDEN / "qwen25vl/meta.json").read_text())
LAYERS = META["config"]["num_hidden_layers"]
# Pixel bounds of the two pictures of `preprocess`.
BOUNDS = {"a": (56 * 56, 28 * 28 * 1280), "b": (12 * 28 * 28, 16 * 28 * 28)}
# Pixel bounds of the two resizes of the official pipeline: by qwen_vl_utils, then by its processor.
STAGES = ((4 * 28 * 28, 16384 * 28 * 28), (256 * 28 * 28, 324 * 28 * 28))


def unpadded(module, query, key, value, attention_mask, scaling, dropout=0.0, **_):
    """FlashAttention-2 on one sequence: attention among the tokens that the mask keeps, zeros for the others."""
    kept = slice(None) if attention_mask is None else attention_mask[0].bool()
    count = query[:, :, kept].shape[2]
    causal = torch.full((count, count), -torch.inf).triu(1)
    among, _ = eager_attention_forward(module, query[:, :, kept], key[:, :, kept], value[:, :, kept], causal, scaling)
    output = torch.zeros_like(query.transpose(1, 2))
    output[:, kept] = among
    return output, None


ALL_ATTENTION_FUNCTIONS.register("unpadded", unpadded)
ALL_MASK_ATTENTION_FUNCTIONS.register("unpadded", flash_attention_mask)


def config() -> Qwen2_5_VLConfig:
    flat = dict(META["config"])
    tokens = {name: flat.pop(name) for name in list(flat) if name.endswith("_token_id")}
    vision = flat.pop("vision_config")
    return Qwen2_5_VLConfig(text_config=flat, vision_config=vision, tie_word_embeddings=False, **tokens)


def renamed(name: str) -> str:
    """The name of a tensor in this transformers, from its name in the published files."""
    if name.startswith("visual."):
        return f"model.{name}"
    return name.replace("model.", "model.language_model.", 1) if name.startswith("model.") else name


def model_of(weights: dict, attention: str) -> Qwen2_5_VLForConditionalGeneration:
    kinds = {"": attention, "text_config": attention, "vision_config": "eager"}
    model = Qwen2_5_VLForConditionalGeneration._from_config(config(), attn_implementation=kinds)
    model.load_state_dict({renamed(name): each for name, each in weights.items()})
    return model.to(next(iter(weights.values())).dtype).eval()


def positions(model, input_ids, attention_mask, image_grid_thw) -> torch.Tensor:
    """`get_rope_index`; masked tokens have position 1, as transformers 4 gives them, and not 0, as transformers 5."""
    kinds = (input_ids == META["config"]["image_token_id"]).int()
    made, _ = model.model.get_rope_index(
        input_ids, mm_token_type_ids=kinds, image_grid_thw=image_grid_thw, attention_mask=attention_mask
    )
    if attention_mask is not None:
        made = made.masked_fill(attention_mask[None] == 0, 1)
    return made


def run(model, inputs: dict, pixels: torch.Tensor, into: dict) -> torch.Tensor:
    """One forward pass; keeps states of the vision tower and of all layers under the stored names."""
    names = {
        "model.visual.patch_embed": "visual.patch_embed",
        "model.visual.merger": "visual.merger.window_order",
        **{f"model.visual.blocks.{i}": f"visual.block.{i}.window_order" for i in range(4)},
        **{f"model.language_model.layers.{i}": f"hidden_states.{i + 1}" for i in range(LAYERS - 1)},
        # The last state is after the norm.
        "model.language_model.norm": f"hidden_states.{LAYERS}",
    }
    hooks = recorded(model, names, into)
    first = model.model.language_model.layers[0]
    hooks.append(
        first.register_forward_pre_hook(lambda _, given: into.__setitem__("hidden_states.0", given[0].clone()))
    )
    output = model(**inputs, pixel_values=pixels, use_cache=False)
    for hook in hooks:
        hook.remove()
    return output.logits[:, -1]


def outputs(weights: dict, inputs: dict, pictures: dict) -> dict:
    eager, flash = model_of(weights, "eager"), model_of(weights, "unpadded")
    dtype = next(iter(weights.values())).dtype
    made: dict = {}
    for case in ("a", "b"):
        given = {name: inputs[f"{case}.{name}"] for name in ("input_ids", "attention_mask", "image_grid_thw")}
        given["position_ids"] = positions(eager, **given)
        pixels = pictures[f"{case}.pixel_values"].to(dtype)
        states: dict = {}
        states["logits_last"] = run(eager, given, pixels, states)
        grid = given["image_grid_thw"]
        states["image_embeds"] = torch.cat(eager.model.get_image_features(pixels, grid).pooler_output)
        other: dict = {}
        run(flash, given, pixels, other)
        states[f"hidden_states.{LAYERS}.flash"] = other[f"hidden_states.{LAYERS}"]
        if case == "a":
            states.update(rotations(eager, given["position_ids"], grid, states["hidden_states.0"]))
        else:
            states = {name: each for name, each in states.items() if not name.startswith("visual.")}
        made.update({f"{case}.{name}": each for name, each in states.items()})
    return made


def rotations(model, position_ids: torch.Tensor, grid: torch.Tensor, like: torch.Tensor) -> dict:
    """Tables of rotation: of text for each axis alone, before `mrope_section` picks among them; of vision, angles."""
    rotary = model.model.language_model.rotary_emb
    alone = [rotary(like, axis[None].expand(3, -1, -1)) for axis in position_ids]
    vision = model.model.visual.rotary_pos_emb
    angles = get_vision_position_ids(grid, model.model.visual.spatial_merge_size)[..., None] * vision.inv_freq
    return {
        "rope.cos": torch.stack([cos for cos, _ in alone]),
        "rope.sin": torch.stack([sin for _, sin in alone]),
        "visual.rotary_freqs": angles.flatten(1),
    }


def preprocessed(kept: dict) -> dict:
    made: dict = {}
    for case, (low, high) in BOUNDS.items():
        pixels = kept[f"{case}.image_u8_hwc"]
        picture = Image.fromarray(pixels.numpy())
        processor = Qwen2VLImageProcessorPil(min_pixels=low, max_pixels=high)
        given = processor(picture, return_tensors="pt")
        made[f"{case}.image_u8_hwc"] = pixels
        made[f"{case}.pixel_values"] = given["pixel_values"]
        made[f"{case}.grid_thw"] = given["image_grid_thw"]
        height, width = smart_resize(picture.height, picture.width, 28, low, high)
        if (width, height) != picture.size:
            resized = picture.resize((width, height), Image.Resampling.BICUBIC)
            made[f"{case}.resized_u8_hwc"] = torch.from_numpy(np.array(resized))
    return made


def resized(kept: dict) -> dict:
    made: dict = {}
    for row in META["pil_resize"]:
        pixels = kept[f"{row['index']}.src"]
        made[f"{row['index']}.src"] = pixels
        height, width = row["dst_hw"]
        for filter in ("bicubic", "bilinear", "lanczos"):
            if (name := f"{row['index']}.{filter}") in kept:
                picture = Image.fromarray(pixels.numpy()).resize((width, height), Image.Resampling[filter.upper()])
                made[name] = torch.from_numpy(np.array(picture))
    return made


def resize_of(height: int, width: int, low: int, high: int) -> list | None:
    """Height and width; None where transformers refuses: the shorter side is below 28 or the ratio above 200."""
    # transformers 4 refuses short sides too.
    if min(height, width) < 28:
        return None
    try:
        return list(smart_resize(height, width, 28, low, high))
    except ValueError:
        return None


def indices(model, listing: dict) -> dict:
    """
    The rows of indices.json from their inputs. Not made, since transformers 5 has no such values: window ends with
    repetitions (`cu_window_seqlens_raw`) and `rope_deltas` that count masked tokens.
    """
    for row in listing["smart_resize"]["rows"]:
        row["result_hw"] = resize_of(row["height"], row["width"], row["min_pixels"], row["max_pixels"])
    for row in listing["two_stage_resize"]["rows"]:
        row["first_hw"] = resize_of(row["height"], row["width"], *STAGES[0])
        row["second_hw"] = resize_of(*row["first_hw"], *STAGES[1])
        row["grid_thw"] = [1, *(side // 14 for side in row["second_hw"])]
        row["image_tokens"] = row["grid_thw"][1] * row["grid_thw"][2] // 4
    sides = {name: listing["windows"][name] for name in ("spatial_merge_size", "window_size", "patch_size")}
    for row in listing["windows"]["rows"]:
        grid = torch.tensor(row["grid_thw"])
        order, ends = get_vision_window_index(grid, **sides)
        row["window_index"], row["cu_window_seqlens"] = order.tolist(), ends.tolist()
        row["cu_seqlens_full"] = get_vision_cu_seqlens(grid).tolist()
    for row in listing["rope_index"]:
        tensors = [row[name] and torch.tensor(row[name]) for name in ("input_ids", "attention_mask", "image_grid_thw")]
        row["position_ids"] = positions(model, *tensors).tolist()
    return listing


def main(write: bool) -> int:
    weights, inputs, pictures = (stored(f"qwen25vl/{name}") for name in ("weights", "inputs", "preprocess"))
    path = GOLDEN / "qwen25vl/indices.json"
    listing = json.loads(path.read_text())
    with torch.no_grad():
        made = indices(model_of(weights, "eager"), json.loads(path.read_text()))
        if write:
            path.write_text(json.dumps(made, indent=1) + "\n")
        different = [name for name in listing if made[name] != listing[name]]
        print(f"qwen25vl/indices.json: {f'differs in {different}' if different else 'as stored'}")
        fits = write or not different
        fits &= finish("qwen25vl/pil_resize", resized(stored("qwen25vl/pil_resize")), 0, write)
        fits &= finish("qwen25vl/preprocess", preprocessed(pictures), 1e-6, write)
        fits &= finish("qwen25vl/outputs_f32", outputs(weights, inputs, pictures), 2e-5, write)
        with Exact():
            exact = outputs(widened(weights), inputs, pictures)
        fits &= finish("qwen25vl/outputs_f64", exact, 1e-9, write)
    return 0 if fits else 1


if __name__ == "__main__":
    sys.exit(main("--write" in sys.argv))
